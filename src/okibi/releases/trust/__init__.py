"""Trust in what is downloaded to be installed: a repository of The Update Framework over the registry of releases.

docs/adr/0011 and 0018, docs/howto/keys-of-releases.md.
"""
