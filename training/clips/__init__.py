"""Labels for real clips whose licence allows it, by models that are free to learn from."""
