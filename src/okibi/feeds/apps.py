from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "okibi.feeds"
    label = "okibi_feeds"
