"""ИПВ: requests from inside the applications and the portal."""
