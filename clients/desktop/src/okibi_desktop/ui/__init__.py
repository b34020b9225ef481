"""The windows: thin. What they show stands in ``model``, what they say in ``words``."""
