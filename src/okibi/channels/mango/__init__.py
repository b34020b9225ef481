"""Mango Office, the virtual exchange (API 1.9)."""
