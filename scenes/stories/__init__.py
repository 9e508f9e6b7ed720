"""Scripts: what happens in a generated scene, each drawn from a seed, with exact truth."""
