"""Reports as documents: issued in a state, signed, verified."""
