"""MegaFon and its relatives: the virtual exchange that tells a CRM by cmd=event, history and contact."""
