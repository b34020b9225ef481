from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "okibi.schemes"
    label = "okibi_schemes"
