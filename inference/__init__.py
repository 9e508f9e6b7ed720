"""The worker: cameras in, incidents out."""
