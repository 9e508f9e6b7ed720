"""The primitives, by the name that a manifest's chain uses."""
