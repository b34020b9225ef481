"""Addresses of updaters: ``/ddi/<tenant>/controller/v1/<controllerId>``, as hawkBit has them."""

from django.urls import URLPattern, path

from okibi.ddi import views

BASE = "<str:tenant>/controller/v1/<str:controller>"
urlpatterns: list[URLPattern] = [
    path(BASE, views.poll, name="ddi-poll"),
    path(f"{BASE}/deploymentBase/<int:action>", views.deployment, name="ddi-deployment"),
    path(f"{BASE}/deploymentBase/<int:action>/feedback", views.feedback, name="ddi-feedback"),
    path(f"{BASE}/cancelAction/<int:action>", views.cancel, name="ddi-cancel"),
    path(f"{BASE}/cancelAction/<int:action>/feedback", views.cancel_feedback, name="ddi-cancel-feedback"),
    path(f"{BASE}/confirmationBase", views.confirmations, name="ddi-confirmations"),
    path(f"{BASE}/confirmationBase/<int:action>", views.confirmation, name="ddi-confirmation"),
    path(f"{BASE}/confirmationBase/<int:action>/feedback", views.consent, name="ddi-consent"),
    path(f"{BASE}/configData", views.config_data, name="ddi-config-data"),
    path(f"{BASE}/installedBase", views.installed_by_hand, name="ddi-installed-by-hand"),
    path(f"{BASE}/installedBase/<int:action>", views.installed, name="ddi-installed"),
]
