"""Event-level evaluation: a truth file's clips through the production chain, row by row."""
