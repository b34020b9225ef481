from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "okibi.flows"
    label = "okibi_flows"
