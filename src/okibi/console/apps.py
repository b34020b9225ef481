from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "okibi.console"
    label = "okibi_console"
