from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "okibi.journal"
    label = "okibi_journal"
