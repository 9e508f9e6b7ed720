"""The one place where these tests start threads and processes: what runs beside the test."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251 - joined by each test itself
from pathlib import Path

__all__ = ["ThreadPoolExecutor", "started"]


def started(script: Path, *args: str | Path) -> subprocess.Popen[str]:  # noqa: TID251 - see above
    """Start a script of ours; the caller waits for it."""
    command = [sys.executable, str(script), *map(str, args)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)  # noqa: TID251
