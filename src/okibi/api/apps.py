from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "okibi.api"
    label = "okibi_api"
