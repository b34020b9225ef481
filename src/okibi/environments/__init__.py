"""Devices and installations: what they report, which version they run."""
