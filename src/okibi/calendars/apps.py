from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "okibi.calendars"
    label = "okibi_calendars"
