"""Programs under measurement: processes with output to a file, ended with all they started."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.settings import ROOT

STOP_S = 20.0


def raise_file_limit() -> int:
    """Let this process and its children open as many files as the system allows; return that."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def stop_when_told() -> None:
    """Take SIGTERM as Ctrl-C, so that what was started is ended, too."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)


class Child:
    """One program in a session of its own, so that all it starts ends with it."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        talks: bool = False,
    ) -> None:
        pairs = [f"{name}={value}" for name, value in (environment or {}).items()]
        self.log = log
        with log.open("ab") as file:
            self._process: subprocess.Popen[str] = subprocess.Popen(  # noqa: TID251
                ["env", *pairs, *command],
                cwd=ROOT,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else file,
                stderr=file,
                text=True,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id, which `env` hands on to the program."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """True when the program itself has ended."""
        return self._process.poll() is not None

    def line(self) -> str:
        """Return the next line it says; '' when it has ended. For those that talk."""
        return self._process.stdout.readline() if self._process.stdout else ""

    def tell(self, line: str) -> None:
        """Send it a line. For those that talk."""
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def last_words(self, lines: int = 8) -> str:
        """Return the end of its log."""
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(text[-lines:])

    def stop(self) -> None:
        """Ask it to end, then insist, with all that it has started."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()


def module(name: str, *arguments: str, python: str = sys.executable) -> list[str]:
    """Return the command that runs one of our modules."""
    return [python, "-m", name, *arguments]
