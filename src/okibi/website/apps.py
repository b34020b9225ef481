from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "okibi.website"
    label = "okibi_website"
