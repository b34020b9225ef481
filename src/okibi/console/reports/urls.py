"""Addresses of the reports; included at /console/reports/."""

from django.urls import path

from okibi.console.reports import views

urlpatterns = [
    path("", views.reports, name="console-reports"),
    path("<str:name>.csv", views.csv_of_report, name="console-reports-csv"),
]
