from django.apps import AppConfig


class DdiConfig(AppConfig):
    name = "okibi.ddi"
    label = "okibi_ddi"
