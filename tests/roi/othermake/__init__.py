"""Images of another make: drawn and decayed by code that shares nothing with ``ironquant.phantom``."""
