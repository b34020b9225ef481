"""Addresses of the system page."""

from django.urls import path

from okibi.console.system import views

urlpatterns = [
    path("", views.system, name="console-system"),
    path("send-again/<int:outbound_id>", views.send_again, name="console-system-send-again"),
    path("check", views.check, name="console-system-check"),
    path("check/progress", views.check_progress, name="console-system-check-progress"),
]
