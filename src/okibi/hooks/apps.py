from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "okibi.hooks"
    label = "okibi_hooks"
