"""A camera server of our own: clips as RTSP cameras, with faults on demand. No libav in here."""

from streams.server.media import AccessUnit, Media
from streams.server.server import CameraServer, serve

__all__ = ["AccessUnit", "CameraServer", "Media", "serve"]
