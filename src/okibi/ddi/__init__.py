"""The door of updaters, in the shape of hawkBit's Direct Device Integration: docs/reference/ddi.md, docs/adr/0020."""
