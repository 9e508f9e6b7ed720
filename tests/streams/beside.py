"""The one place where these tests start threads: things that run beside the test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor  # noqa: TID251 - joined by each test itself

__all__ = ["ThreadPoolExecutor"]
