"""The part of docs/performance.md that a published run writes itself, between two marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- scripts/bench writes from here -->", "<!-- to here -->"
_TITLES = {
    "alerts_equal": "equal alerts: each system at the picture rate that it needs",
    "rate_equal": "equal picture rates",
    "usual_rate": "each at the picture rate that its users are told to give it",
    "ours": "ours",
}
_HEAD = (
    "| system | pictures/s | cameras held | a core | CPU ms a camera-second | MiB a camera "
    "| picture to finding p95 | alert p50 / p95 / p99 | alerts | ours to it |"
)


def put(page: Path, text: str) -> None:
    """Write the text between the marks of a page.

    Raises:
        ValueError: the page has no such marks.
    """
    whole = page.read_text()
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} has no marks for the bench")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def written(content: Mapping[str, Any]) -> str:
    """Return the section of a run's results, as `report.plain` gives them."""
    return "\n".join(_lines(content))


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    machine = content["machine"]
    load = machine["load_average"][0]
    yield f"`{content['command']}`, {content['date']}, commit {content['commit']},"
    yield f"model {content['model']}. {machine['cores']} cores ({machine['processor']}),"
    yield f"{machine['memory_gib']} GiB, load average {load} at the start; the camera server"
    yield "ran on the same cores."
    yield ""
    yield "![cameras held](images/performance.svg)"
    for scenario, kinds in content["scenarios"].items():
        for kind, held in kinds.items():
            ratios = (
                content["comparisons"].get(f"{scenario}_{kind}", {}).get("cameras_per_core", {})
            )
            yield from ("", f"**{scenario}**, {_TITLES[kind]}", "", _HEAD, "|" + " --- |" * 10)
            yield from (_row(one, ratios.get(one["system"])) for one in held)
    yield ""
    yield from _notes(content)


def _row(one: Mapping[str, Any], ratio: float | None) -> str:
    if not one["held"]:
        return f"| {one['system']} | | 0 ({one['why']}) | | | | | | | |"
    delays, raised = one["verdict"]["delays"], one["raised"]
    alert = " / ".join(_number(raised[name]) for name in ("p50", "p95", "p99"))
    cells = [
        *(one["system"], f"{1 / one['period_s']:g}", one["held"], f"{one['cameras_per_core']:.0f}"),
        *(f"{1000 * one['cpu_s_per_camera_s']:.2f}", f"{one['memory_mib'] / one['held']:.1f}"),
        *(f"{_number(delays['p95'])} s", f"{alert} s" if raised["found"] else ""),
        f"{raised['found']} of {raised['due']}, {raised['false']} false",
        f"{ratio:g}x" if ratio else "",
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _notes(content: Mapping[str, Any]) -> Iterator[str]:
    for name, why in content["left_out"].items():
        yield f"- {name} was left out: {why}."
    for need in content["needs"]:
        tried = "; ".join(f"{r:g}/s: {f} of {d}, {x} false" for r, d, f, x in need["tried"])
        found = "" if need["measured"] else f", none was right, so {need['rate']:g}/s as usual"
        yield f"- Alerts of {need['system']} by rate: {tried}{found}."
    every: Sequence[Mapping[str, Any]] = [
        one for kinds in content["scenarios"].values() for held in kinds.values() for one in held
    ]
    late = sorted({one["system"] for one in every if one.get("server_was_late")})
    if late:
        yield f"- The camera server was late with {', '.join(late)}: it may have been the limit."
    alive = sorted({one["system"] for one in every if one["held"] and not one.get("died")})
    if alive:
        yield f"- No camera died while these ran: {', '.join(alive)}."
    busy = sorted({word for one in every for word in one.get("others", ())})
    yield f"- What else ran: {', '.join(busy[:6]) or 'nothing above 2 % of a core'}."
