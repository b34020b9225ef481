from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "okibi.releases"
    label = "okibi_releases"
