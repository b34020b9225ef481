from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "okibi.uploads"
    label = "okibi_uploads"
