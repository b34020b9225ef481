from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "okibi.kernel"
    label = "okibi_kernel"
