"""Scenes over several processes: the named place where an evaluation starts them."""

from __future__ import annotations

import selectors
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import IO

import msgspec

from inference.evaluation.generated import Job, Judged

MEMBER = (sys.executable, "-m", "inference.evaluation", "--member")
"""Judges one scene for each line (a `Job`) that it reads, and answers with a line (a `Judged`)."""


class CrewError(Exception):
    """A process has ended before its scene was judged; the text says which scene."""


class _Member:
    """One process, and the scene that it is at."""

    def __init__(self, command: Sequence[str], stack: ExitStack) -> None:
        self.process = subprocess.Popen(  # noqa: TID251 - the named place
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        stack.callback(self._end)
        self.job: Job | None = None

    @property
    def output(self) -> IO[bytes]:
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        return self.process.stdout

    def give(self, job: Job) -> None:
        assert self.process.stdin is not None  # noqa: S101 - it was asked for
        self.job = job
        try:
            self.process.stdin.write(msgspec.json.encode(job) + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise CrewError(f"a process has ended before {job.name}") from error

    def answer(self) -> Judged:
        line = self.output.readline()
        if not line.endswith(b"\n"):
            name = self.job.name if self.job else "?"
            raise CrewError(f"the process that judged {name} has ended ({self.process.wait()})")
        self.job = None
        return msgspec.json.decode(line, type=Judged)

    def _end(self) -> None:
        # Whoever is in the middle of a scene is not waited for: nothing of it is kept.
        self.process.terminate()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()


def judged(
    jobs: Sequence[Job],
    workers: int,
    options: Sequence[str],
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Judged]:
    """Yield the results of `jobs` as they come, from up to `workers` processes.

    `options` are added to every member's command line.

    Raises:
        CrewError: a process has died.
    """
    waiting = list(reversed(jobs))
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        members = [_Member([*MEMBER, *options], stack) for _ in range(min(workers, len(waiting)))]
        for member in members:
            member.give(waiting.pop())
            selector.register(member.output, selectors.EVENT_READ, member)
        busy = len(members)
        while busy and not stopped():
            for ready, _ in selector.select(timeout=0.5):
                member = ready.data
                yield member.answer()
                if waiting:
                    member.give(waiting.pop())
                else:
                    selector.unregister(member.output)
                    busy -= 1
