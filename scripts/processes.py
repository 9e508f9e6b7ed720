"""Programs of ours as processes of their own: kept running, stopped together, logs to files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.settings import ROOT
from inference.parts import Part

SOON_S = 10.0
"""A process that ends sooner than this after its start has failed to start."""
TRIES = 3
STOP_S = 20.0


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


class Kept:
    """One process that is started again when it ends, until it is stopped or fails for good.

    `failed` is set when it has ended right after its start `TRIES` times in a row. Its output goes
    to `log`, or to this program's own output when that is None.
    """

    def __init__(
        self,
        name: str,
        module: Sequence[str],
        stop: threading.Event,
        log: Path | None = None,
        keep_open: Sequence[int] = (),
        tell: Callable[[str], None] = say,
    ) -> None:
        self.name = name
        self.log = log
        self.failed = False
        self._module = list(module)
        self._stop = stop
        self._keep_open = tuple(keep_open)
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None  # noqa: TID251
        self._lock = threading.Lock()

    def keep(self, end: threading.Event) -> None:
        """Run it until `end` or the common stop; the body of a part."""
        tries = 0
        while not (end.is_set() or self._stop.is_set()):
            begun = time.monotonic()
            status = self._run_once(end)
            if end.is_set() or self._stop.is_set():
                return
            tries = tries + 1 if time.monotonic() - begun < SOON_S else 1
            if tries >= TRIES:
                self.failed = True
                self._tell(f"{self.name} has ended {tries} times right after its start")
                self._stop.set()
                return
            self._tell(f"{self.name} has ended (status {status}); it is started again")
            end.wait(1.0)

    def _run_once(self, end: threading.Event) -> int:
        with self._output() as output:
            with self._lock:
                if end.is_set():
                    return 0
                # In a session of its own: Ctrl-C in the terminal is for the parent, which asks.
                self._process = subprocess.Popen(  # noqa: TID251
                    [*_with_parent(), sys.executable, "-m", *self._module],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=None if output is None else subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=self._keep_open,
                )
            return self._process.wait()

    @contextmanager
    def _output(self) -> Iterator[IO[bytes] | None]:
        if self.log is None:
            yield None
        else:
            with self.log.open("ab") as file:
                yield file

    def ask_to_end(self) -> None:
        """Send SIGTERM, if it runs."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def wait(self) -> None:
        """Wait for its end after `ask_to_end`; kill it when it does not come."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._tell(f"{self.name} does not stop; it is killed")
            self._process.kill()


def _with_parent() -> list[str]:
    """Return what makes a program end when its parent is killed, where the system has it."""
    # The signal goes by the thread that started it, and that one waits for the process to end.
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "TERM", "--"] if found else []


@contextmanager
def kept_running(kept: Sequence[Kept]) -> Iterator[None]:
    """Keep all of them running; at the end all are asked to stop at once, then waited for."""
    parts: list[Part] = []
    try:
        parts += [Part(one.name, one.keep, threading.Event()) for one in kept]
        yield
    finally:
        for part in parts:
            part.stop()
        for one in kept:
            one.ask_to_end()
        for one in kept:
            one.wait()
        for part in parts:
            part.join(5.0)
