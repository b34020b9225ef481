"""Addresses under /console/policy/."""

from django.urls import path

from okibi.console.policy import views

urlpatterns = [
    path("", views.in_force_now, name="console-policy"),
    path("versions/<int:version_id>/", views.version, name="console-policy-version"),
    path("versions/<int:version_id>/policy.toml", views.text, name="console-policy-text"),
    path("new/", views.new, name="console-policy-new"),
]
