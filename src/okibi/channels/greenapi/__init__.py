"""WhatsApp by GREEN-API: a telephone linked to a service."""
