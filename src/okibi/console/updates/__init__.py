"""Automatic updates: agreements with customers, and the updates that run under them."""
