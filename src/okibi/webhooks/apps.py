from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "okibi.webhooks"
    label = "okibi_webhooks"
