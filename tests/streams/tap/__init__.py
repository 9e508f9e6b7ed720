"""The key-frame tap, from its parsers to cameras over a socket."""
