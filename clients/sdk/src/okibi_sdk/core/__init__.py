"""What the client does, without doing it: no socket, no clock, no sleep. ``client.py`` lends it hands."""
