"""The one place where these tests start threads and processes: what runs beside the test."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251 - joined by each test itself
from pathlib import Path

__all__ = ["ThreadPoolExecutor", "started"]


ROOT = Path(__file__).resolve().parents[2]


def started(module: str, *args: str | Path) -> subprocess.Popen[str]:  # noqa: TID251 - see above
    """Start a program of ours; the caller waits for it."""
    command = [sys.executable, "-m", module, *map(str, args)]
    pipe = subprocess.PIPE
    return subprocess.Popen(  # noqa: TID251
        command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    )
