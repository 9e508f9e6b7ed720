"""What the rest of the city sees: incident, codes, lifecycle table, bus adapters."""
