"""Views of the feeds, one file per kind of client."""
