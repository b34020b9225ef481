"""The telephone in the console: the form made for talking, who rings, the list of calls, whom the desk owes a call."""
