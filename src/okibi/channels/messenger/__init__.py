"""What all messengers share: neutral messages, accounts, the door's gate, sending with limits, media."""
