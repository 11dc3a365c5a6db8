"""The window: shows and edits, computes nothing itself."""
