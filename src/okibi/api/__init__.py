"""The public API: the door for machines and for the clients (design.md, decision 8)."""
