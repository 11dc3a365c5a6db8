"""Exit codes of every command."""

OK = 0
FAILED = 1
USAGE = 2
NOTHING = 3
"""Nothing analyzable in the input."""
SOME_FAILED = 4
"""Some of several examinations failed."""
INTERRUPTED = 130
