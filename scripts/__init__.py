"""Programs: thin, each joins packages and talks to the person who started it."""
