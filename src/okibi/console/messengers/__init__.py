"""What messengers add to the console: ways of an answer, parts of the timeline, accounts, whose account it is."""
