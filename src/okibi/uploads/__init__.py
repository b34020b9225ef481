"""Files on their way in, piece by piece (tus 1.0), until a message takes them."""
