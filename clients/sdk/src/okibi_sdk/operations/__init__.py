"""Every operation of the API, each written once, without I/O; ``client.py`` offers them twice."""
