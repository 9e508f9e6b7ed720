"""Detectors side by side on clips, against one that is taken as the reference."""
