"""The catalog: which models and algorithms exist, and how to run one (one backend a file)."""
