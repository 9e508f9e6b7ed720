"""The whole chain, from camera to event."""
