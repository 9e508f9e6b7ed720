"""Which cameras with a picture go to the device next: urgent first, nobody starved. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

_SHARE = 4
"""One of so many places of a batch is for those who have waited too long."""
_SLACK = 64

Camera = TypeVar("Camera", bound=Hashable)


class Ready(Generic[Camera]):
    """A queue of cameras. No clock, no lock; times are monotonic seconds. For one thread.

    Urgent cameras (lowest `priority`) go first; within a priority the camera served longest ago, so
    that all slow down alike. One that has waited longer than `patience_s` gets one of the places
    that each batch keeps for such: a flood of urgent cameras slows the others and never starves
    them. The caller gives each its own time of service, in the order of `take`. How many wait does
    not matter to the cost of a turn.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._number = count()
        self._waiting: dict[Camera, int] = {}
        # Entries of cameras that were taken by the other queue stay until they are met.
        self._ranked: list[tuple[int, float, int, Camera]] = []
        self._in_order: deque[tuple[float, int, Camera]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, camera: Camera, priority: int, served_at: float, now: float) -> None:
        """Queue a camera whose slot was filled; one that waits already keeps its place."""
        if camera in self._waiting:
            return
        number = self._waiting[camera] = next(self._number)
        heappush(self._ranked, (priority, served_at, number, camera))
        self._in_order.append((now, number, camera))

    def take(self, limit: int, now: float, free: Callable[[Camera], bool]) -> list[Camera]:
        """Take up to `limit` cameras out, most deserving first; those not `free` go on waiting."""
        taken = self._overdue(max(1, limit // _SHARE), now, free) if limit else []
        held = []
        while self._ranked and len(taken) < limit:
            entry = heappop(self._ranked)
            number, camera = entry[2:]
            if self._waiting.get(camera) != number:
                continue
            if free(camera):
                del self._waiting[camera]
                taken.append(camera)
            else:
                held.append(entry)
        for entry in held:
            heappush(self._ranked, entry)
        if len(self._ranked) > 2 * len(self._waiting) + _SLACK:
            self._ranked = [e for e in self._ranked if self._waiting.get(e[3]) == e[2]]
            heapify(self._ranked)
        return taken

    def _overdue(self, limit: int, now: float, free: Callable[[Camera], bool]) -> list[Camera]:
        taken: list[Camera] = []
        held = []
        while self._in_order and len(taken) < limit:
            since, number, camera = self._in_order[0]
            waits = self._waiting.get(camera) == number
            if waits and now - since <= self._patience_s:
                break
            entry = self._in_order.popleft()
            if waits and free(camera):
                del self._waiting[camera]
                taken.append(camera)
            elif waits:
                held.append(entry)
        self._in_order.extendleft(reversed(held))
        return taken
