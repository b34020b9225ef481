"""Help articles: answers that stand before a request is placed."""
