"""Images side by side: two examinations, or the repeated breath-holds of one, each following the other."""
