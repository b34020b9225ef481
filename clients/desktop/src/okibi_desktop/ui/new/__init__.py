"""The window of a new request: three steps and thirty seconds."""
