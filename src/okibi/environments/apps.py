from django.apps import AppConfig


class EnvironmentsConfig(AppConfig):
    name = "okibi.environments"
    label = "okibi_environments"
