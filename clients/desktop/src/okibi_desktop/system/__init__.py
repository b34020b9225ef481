"""What differs between systems: global shortcuts, links, starting with the session, one running copy."""
