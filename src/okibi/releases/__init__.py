"""What the vendor ships: products' lines, versions, their artefacts, and who may have them."""
