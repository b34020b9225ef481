from django.apps import AppConfig


class UpdatesConfig(AppConfig):
    name = "okibi.updates"
    label = "okibi_updates"
