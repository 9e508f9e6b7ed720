"""The console in a real browser, and the small painted city that it is tried on."""
