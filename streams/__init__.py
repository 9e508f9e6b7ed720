"""From camera to the newest frame, and to the last seconds of packets."""
