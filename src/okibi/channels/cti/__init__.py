"""Exchanges that push newCall, answer and hangup: the form of sipgate.io that many exchanges speak."""
