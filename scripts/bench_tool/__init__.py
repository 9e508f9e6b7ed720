"""`scripts/bench`: how many cameras each system holds on this machine, and at what cost."""
