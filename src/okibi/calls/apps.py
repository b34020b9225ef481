from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "okibi.calls"
    label = "okibi_calls"
