from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "okibi.tickets"
    label = "okibi_tickets"
