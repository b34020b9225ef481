"""Updates of fleets: planned, watched, stopped, tried once more; the way to a host tried out."""
