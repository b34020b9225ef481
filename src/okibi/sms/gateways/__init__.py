"""Drivers of gateways: one folder and one line of ``registry.py`` each."""
