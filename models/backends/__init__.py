"""The runtime corner: one backend a file, imported by inference and scripts alone."""
