"""The door for machines that ask for updates: metadata of The Update Framework, and feeds for clients that exist."""
