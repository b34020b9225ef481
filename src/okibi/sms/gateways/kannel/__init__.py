"""Kannel: its smsbox takes SMS by HTTP, and calls us with reports and with what came in."""
