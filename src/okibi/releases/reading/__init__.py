"""What is uploaded is read, not believed: each file in a limited process, then judged in plain Python."""
