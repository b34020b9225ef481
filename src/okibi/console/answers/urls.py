"""Addresses under /console/answers/."""

from django.urls import path

from okibi.console.answers import views

urlpatterns = [
    path("", views.templates, name="console-answers"),
    path("new/", views.edit, name="console-answers-new"),
    path("<int:template_id>/", views.edit, name="console-answers-edit"),
    path("<int:template_id>/delete", views.delete, name="console-answers-delete"),
]
