"""Ready answers: the page on which the leading specialist writes them."""
