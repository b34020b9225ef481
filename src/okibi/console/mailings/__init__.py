"""The registry of the mobile version mailing, and the mailings themselves."""
