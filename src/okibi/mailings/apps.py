from django.apps import AppConfig


class MailingsConfig(AppConfig):
    name = "okibi.mailings"
    label = "okibi_mailings"
