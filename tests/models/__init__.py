"""Models: catalog, weights, preprocessing, heads, backends, twins."""
