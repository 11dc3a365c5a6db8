"""IronQuant."""
