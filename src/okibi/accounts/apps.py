from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "okibi.accounts"
    label = "okibi_accounts"
