"""The messenger MAX, by its bot API."""
