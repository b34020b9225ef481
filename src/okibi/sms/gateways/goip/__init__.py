"""GoIP (DBL, HYBERTONE): the UDP protocol of its "SMS server"."""
