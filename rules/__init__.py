"""From detections to findings; pure: no clock, no thread, no I/O, time is an argument."""
