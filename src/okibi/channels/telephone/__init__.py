"""What all exchanges share: neutral events of calls, accounts, the door's gate, the sentence that an event becomes."""
