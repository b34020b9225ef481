"""SMS through GSM gateways: lines, a queue that survives anything, delivery reports, opt-outs (scheme.md §2)."""
