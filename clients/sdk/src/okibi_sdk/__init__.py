"""Place and follow support requests from inside an application."""
