from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "okibi.portal"
    label = "okibi_portal"
