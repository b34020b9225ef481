from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "okibi.customers"
    label = "okibi_customers"
