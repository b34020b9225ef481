"""WhatsApp and others by Wazzup24."""
