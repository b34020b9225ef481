"""The customers' door: own requests, the organisation's cards, licences and devices; ОКИБИ Моб."""
