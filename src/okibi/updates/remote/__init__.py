"""Installing where no updater runs: a session by SSH or WinRM, and a driver at the host that ends what it began.

docs/adr/0021. Nothing here knows of agreements or of the database: a place, a login and a pinned key come in as values.
"""
