"""Versions of the products: everybody on the desk reads them, release managers make and publish them."""
