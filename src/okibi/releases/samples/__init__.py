"""Tiny packages made by code, for the demo and for tests: whole and well-formed, with nothing in them to run."""
