"""The channel of a request that came by telephone: what goes out is said by a specialist."""
