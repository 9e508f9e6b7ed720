"""Tests of `scenes`."""
