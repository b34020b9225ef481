"""Addresses of the system page."""

from django.urls import path

from okibi.console.system import views

urlpatterns = [path("", views.system, name="console-system")]
