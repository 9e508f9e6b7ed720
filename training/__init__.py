"""Training of the embedded models. The only place that needs torch; never part of the service."""
