"""ОКИБИ Десктоп: support requests from the tray."""
