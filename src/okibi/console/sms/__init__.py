"""SMS in the console: lines and gateways, messages, campaigns, texts, and who wants none."""
