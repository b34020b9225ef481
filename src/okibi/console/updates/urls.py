"""Addresses under /console/updates/."""

from django.urls import path

from okibi.console.updates import agreement_form, agreements, hosts

urlpatterns = [
    path("", agreements.agreements, name="console-updates"),
    path("new/<number:number>/", agreement_form.new, name="console-updates-new"),
    path("<int:agreement_id>/", agreements.agreement, name="console-agreement"),
    path("<int:agreement_id>/act", agreements.act, name="console-agreement-act"),
    path("host/<int:host_id>/", hosts.host, name="console-host"),
    path("host/<int:host_id>/act", hosts.act, name="console-host-act"),
]
