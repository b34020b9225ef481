from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "okibi.sms"
    label = "okibi_sms"
