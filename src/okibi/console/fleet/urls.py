"""Addresses under /console/updates/runs/."""

from django.urls import path

from okibi.console.fleet import pages, plan

urlpatterns = [
    path("", pages.batches, name="console-fleet"),
    path("new/", plan.plan, name="console-fleet-new"),
    path("<int:batch_id>/", pages.batch, name="console-fleet-batch"),
    path("<int:batch_id>/live", pages.live, name="console-fleet-live"),
    path("<int:batch_id>/act", pages.batch_act, name="console-fleet-act"),
    path("run/<int:run_id>/", pages.run, name="console-fleet-run"),
    path("run/<int:run_id>/act", pages.run_act, name="console-fleet-run-act"),
    path("host/<int:host_id>/try", pages.try_way, name="console-fleet-try"),
]
