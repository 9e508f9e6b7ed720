"""Every script by name: what can be generated, about which kind of event, and from which seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from types import MappingProxyType

from scenes.stories import calm, draft, fall, flooding, litter, nonmotor, parking
from scenes.stories.script import Script

HELD_OUT = range(1_000_000, 2_000_000)
"""Seeds for judging only: never look at one while changing a rule, a threshold or a story, and
never train on one."""

TOLD = (calm, fall, flooding, litter, nonmotor, parking)
"""The modules whose stories are told."""
SCRIPTS: Mapping[str, Script] = MappingProxyType(draft.SCRIPTS)


def chosen(kinds: Iterable[str] = (), patterns: Sequence[str] = ()) -> tuple[Script, ...]:
    """Return the scripts of `kinds` (none: all) whose names match a pattern (none: all), by name.

    Raises:
        LookupError: a kind or a pattern that no script answers to.
    """
    wanted = tuple(kinds)
    known = {script.kind for script in SCRIPTS.values()}
    for kind in wanted:
        if kind not in known:
            raise LookupError(f"no script is about {kind!r}; known: {', '.join(sorted(known))}")
    for pattern in patterns:
        if not any(fnmatch(name, pattern) for name in SCRIPTS):
            raise LookupError(f"no script is called {pattern!r}")
    return tuple(
        script
        for name, script in sorted(SCRIPTS.items())
        if (not wanted or script.kind in wanted)
        and (not patterns or any(fnmatch(name, pattern) for pattern in patterns))
    )
