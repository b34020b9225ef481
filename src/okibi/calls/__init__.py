"""Calls: what rang, who spoke with whom, whom the desk owes a call. Above requests: a call may belong to one."""
