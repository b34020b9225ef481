"""Addresses under /console/updates/."""

from django.urls import path

from okibi.console.updates import agreement_form, agreements

urlpatterns = [
    path("", agreements.agreements, name="console-updates"),
    path("new/<number:number>/", agreement_form.new, name="console-updates-new"),
    path("<int:agreement_id>/", agreements.agreement, name="console-agreement"),
    path("<int:agreement_id>/act", agreements.act, name="console-agreement-act"),
]
