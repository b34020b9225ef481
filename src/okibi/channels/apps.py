from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "okibi.channels"
    label = "okibi_channels"
