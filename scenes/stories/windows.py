"""From the exact times of a story to the bounds within which an alert is right.

An alert is due when what it is about has lasted for the dwell. It may not come before that, and
shall come within half a dwell and five seconds after: the pictures of a rule lie up to a quarter
of a dwell apart, and it wants to see what it tells confirmed. None of these numbers was taken
from what a rule does.
"""

from __future__ import annotations

from typing import Any

from scenes.stories.script import PROFILE

EARLY_S = 1.0
"""How much earlier something may seem to have begun: nobody sets a bag down in an instant."""
LATE_S = 5.0
"""How much later, beside half a dwell, an alert may come."""


def dwell_s(kind: str) -> float:
    """Return the dwell by which generated scenes are judged."""
    return float(PROFILE[kind]["dwell_s"])


def event(
    kind: str, began: float, settled: float, what: str, early_s: float = EARLY_S
) -> dict[str, Any]:
    """Return an event of a truth file.

    `began` is the first second at which it may be said to have begun, `settled` the second from
    which on nothing is left that speaks against it: a bag is put down (began), its owner leaves
    (settled). Between them the same alert may come sooner or later.
    """
    dwell = dwell_s(kind)
    return {
        "kind": kind,
        "not_before": round(max(0.0, began + dwell - early_s), 2),
        "not_after": round(settled + dwell + dwell / 2 + LATE_S, 2),
        "what": what,
    }


def due(kind: str, settled: float) -> float:
    """Return the last second at which the alert of an event is right."""
    return settled + dwell_s(kind) * 1.5 + LATE_S
