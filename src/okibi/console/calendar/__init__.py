"""The production calendar: a year at a glance, corrections, import."""
