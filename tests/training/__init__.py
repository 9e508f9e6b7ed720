"""Tests of training: labels, assignment, augmentation and what was exported."""
