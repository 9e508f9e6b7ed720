"""Tests mirror the packages; tests/chain runs the whole chain."""
