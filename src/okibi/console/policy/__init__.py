"""The support scheme: the text in force in words, its history, and loading a new one."""
