"""SMS as a channel of requests: what comes in by a GSM gateway, answers that go back by one."""
