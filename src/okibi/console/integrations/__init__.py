"""The vendor's own systems: keys of the public API, and webhooks with their log. Administrators only."""
