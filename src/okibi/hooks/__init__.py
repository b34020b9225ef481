"""The door for pushes of foreign services: messengers and exchanges speak here, signed, without a session."""
