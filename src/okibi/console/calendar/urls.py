"""Addresses under /console/calendar/."""

from datetime import date

from django.urls import path, register_converter

from okibi.console.calendar import imports, views


class DateConverter:
    """A date as 2026-11-23; what no calendar has is not found."""

    regex = r"\d{4}-\d\d-\d\d"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DateConverter, "isodate")

urlpatterns = [
    path("", views.this_year, name="console-calendar"),
    path("<int:number>/", views.year, name="console-calendar-year"),
    path("day/<isodate:when>/", views.day, name="console-calendar-day"),
    path("day/<isodate:when>/clear", views.clear, name="console-calendar-clear"),
    path("recount", views.recount, name="console-calendar-recount"),
    path("import/", imports.upload, name="console-calendar-import"),
    path("import/run", imports.run, name="console-calendar-import-run"),
]
