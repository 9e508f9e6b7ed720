"""Rows of a city's years for `scripts.bench_store`: made fast, in the order they would come."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Engine

from events.alert import SEVERITIES
from store.audit import GENESIS
from store.case_tables import IncidentRow
from store.database import is_postgresql

NOW = 1_790_000_000.0
"""When the bench's city looks at its console."""
A_DAY = 2_740
"""Incidents a day: a million in a year."""
CAMERAS = 6_000
_BLOCK = 20_000
_KINDS = ("illegal_parking", "litter", "fall", "flooding")
_KIND_SHARES = (55, 30, 10, 5)
_OPEN = ("confirmed", "pushed", "accepted", "filed", "dispatched", "handling", "handled")
_OVER = ("closed", "rejected", "duplicate", "voided", "suspended", "returned")
_OVER_SHARES = (560, 350, 70, 12, 5, 3)
_DECIDED = {"rejected": "reject", "duplicate": "mark_duplicate"}
_PEOPLE = tuple(f"reviewer-{n}" for n in range(12))
_MAKER = {
    "algorithm": "litter",
    "algorithm_version": "1.2.0",
    "models": {"street-nano": "cd" * 32},
    "parameters": {"dwell_s": 30.0, "confirm_s": 2.0, "absence_s": 30.0, "repeat_s": 600.0},
    "zone": {"name": "square", "zones": [{"name": "square", "points": [[0, 0], [1, 0], [1, 1]]}]},
    "clock": "camera session",
    "revision": 3,
    "template": "",
}
_BOX = [0.41, 0.52, 0.5, 0.61]

Rows = dict[str, list[tuple[Any, ...]]]

COLUMNS = {
    "camera": "id name url username password sub_url gb_id owner_unit place_code lon lat crs"
    " rotation time_zone enabled",
    "task": "camera algorithm enabled parameters zones time_plan template",
    "camera_state": "camera state detail since",
    "watch_interval": "camera algorithm watching because began ended seen_at",
    "place": "id site camera kind box used_at fixture",
    "incident": "id place camera algorithm kind episode presence since opened_at updated_at"
    " last_seen cleared_at box score severity rank level levels measures facts maker codes merged"
    " reopened state version decided_at released_at judged_at verdict",
    "alert": "id incident change camera algorithm episode at recorded_at body",
    "evidence": "incident alert episode role state sha256 media_type captured_at masks why",
    "decision": "incident version action from_state to_state actor by reason rule at",
    "event_log": "id type source subject time data incident city",
    "audit": "n at actor action object detail prev hash",
}
"""What is filled, parents first."""


class City:
    """Makes the rows, a block of incidents at a time; the same seed gives the same city."""

    def __init__(self, many: int) -> None:
        self._many = many
        self._dice = random.Random(7)  # noqa: S311 - not for secrets
        self._n, self._hash = 0, GENESIS
        self._json: dict[str, str] = {}
        self.ids: list[str] = []
        """Some incidents, for looking at them one by one."""

    def blocks(self) -> Iterator[Rows]:
        """Yield rows by table; all of them together are the city."""
        yield self._cameras()
        began = NOW - self._many / A_DAY * 86_400
        step = (NOW - began) / self._many
        for first in range(0, self._many, _BLOCK):
            rows: Rows = {table: [] for table in COLUMNS}
            for n in range(first, min(first + _BLOCK, self._many)):
                self._incident(rows, n, began + n * step)
            yield rows

    def _cameras(self) -> Rows:
        rows: Rows = {name: [] for name in ("camera", "task", "camera_state", "watch_interval")}
        for n in range(CAMERAS):
            id, unit = f"cam-{n:05}", f"unit {n % 40}"
            url = f"rtsp://10.0.{n // 250}.{n % 250}/main"
            where = (114.3, 30.6, "CGCS2000", 0, "", True)
            rows["camera"].append((id, f"Street {n}", url, "", "", "", "", unit, "", *where))
            rows["camera_state"].append((id, "live", "", NOW - 5_000))
            for algorithm in _KINDS[:2]:
                rows["task"].append((id, algorithm, True, "{}", "[]", "[]", ""))
                still = (id, algorithm, True, "", NOW - 90_000, None, NOW - 1)
                rows["watch_interval"].append(still)
        return rows

    def _incident(self, rows: Rows, n: int, at: float) -> None:
        dice = self._dice
        id = hashlib.md5(f"incident {n}".encode(), usedforsecurity=False).hexdigest()
        camera = f"cam-{int(CAMERAS * dice.random() ** 2):05}"
        kind = dice.choices(_KINDS, _KIND_SHARES)[0]
        state, presence = self._state(NOW - at)
        place = f"place-{n - n % 3}"
        if n % 3 == 0:
            rows["place"].append((place, camera, camera, kind, "[0.4,0.5,0.5,0.6]", at, False))
        decided = None if state == "pending_review" else at + dice.expovariate(1 / 900)
        released = decided if state not in ("pending_review", "rejected", "duplicate") else None
        severity = dice.choices(SEVERITIES, (60, 30, 8, 2)[: len(SEVERITIES)])[0]
        cleared = at + 600 if presence == "gone" else None
        alert, sha256 = f"alert-{id}", hashlib.sha256(id.encode()).hexdigest()
        maker, box = self._text("maker", _MAKER), self._text("box", _BOX)
        seen = (id, place, camera, kind, kind, f"e{n}", presence, at - 30, at, at + 60, at + 60)
        grave = (cleared, box, 0.8, severity, SEVERITIES.index(severity), 0, "[]", "[]")
        case = ('{"area":0.1}', maker, "{}", 1, 0, state, 1 if decided is None else 2)
        said = (
            "" if decided is None else {"reject": "wrong"}.get(_DECIDED.get(state, ""), "confirm")
        )
        rows["incident"].append((*seen, *grave, *case, decided, released, decided, said))
        body = self._text("body", {"box": _BOX, "maker": _MAKER, "change": "opened", "facts": {}})
        rows["alert"].append((alert, id, "opened", camera, kind, f"e{n}", at, at + 1, body))
        for role, type in (("wide", "image/jpeg"), ("close_up", "image/jpeg"), ("clip", "video")):
            hash = sha256 if role == "wide" else f"{role[:2]}{sha256[2:]}"
            of = (id, alert, f"e{n}", role, "attached", hash, type, at, "[]", "")
            rows["evidence"].append(of)
        self._told(rows, (id, camera, kind, state, at), decided, released is not None)
        if n % max(1, self._many // 500) == 0:
            self.ids.append(id)

    def _told(
        self,
        rows: Rows,
        incident: tuple[str, str, str, str, float],
        decided: float | None,
        city: bool,
    ) -> None:
        id, camera, kind, state, at = incident
        data = self._text(kind, {"kind": kind, "made_by": _MAKER, "box": _BOX, "state": "x" * 40})
        kinds = [("opened", at, False)] + ([("reviewed", decided, city)] if decided else [])
        for what, when, told in kinds:
            name = f"org.sharp-eyes.incident.{what}.v1"
            event = (f"{what}-{id}", name, f"/sharp-eyes/cameras/{camera}", id, str(when))
            rows["event_log"].append((*event, data, id, told))
        self._audit(rows, at, "inference", "incident.opened", id)
        if decided is not None:
            action, who = _DECIDED.get(state, "confirm"), self._dice.choice(_PEOPLE)
            reason = "not_litter" if action == "reject" else ""
            moved = (id, 2, action, "pending_review", state, who, "reviewer", reason, "", decided)
            rows["decision"].append(moved)
            self._audit(rows, decided, who, f"incident.{action}", id)
        if self._n % 997 == 0:
            self._audit(rows, at, self._dice.choice(_PEOPLE), "incident.originals", id)
        if self._n % 9973 == 0:
            self._audit(rows, at, "operator", "camera.put", camera)

    def _audit(self, rows: Rows, at: float, actor: str, action: str, object: str) -> None:
        self._n += 1
        detail = {"version": 2}
        body = msgspec.json.encode((self._n, at, actor, action, object, detail), order="sorted")
        hash = hashlib.sha256(self._hash.encode() + body).hexdigest()
        row = (self._n, at, actor, action, object, '{"version":2}', self._hash, hash)
        rows["audit"].append(row)
        self._hash = hash

    def _state(self, age: float) -> tuple[str, str]:
        dice = self._dice
        if age < 8 * 3600 and dice.random() < 0.5:
            return "pending_review", dice.choice(("here", "here", "gone"))
        if age < 10 * 86_400 and dice.random() < 0.5:
            return dice.choice(_OPEN), dice.choice(("here", "gone", "gone"))
        state = dice.choices(_OVER, _OVER_SHARES)[0]
        return state, "unknown" if dice.random() < 0.002 else "gone"

    def _text(self, name: str, value: Any) -> str:
        if name not in self._json:
            self._json[name] = json.dumps(value)
        return self._json[name]


def fill(engine: Engine, many: int) -> City:
    """Fill an empty, migrated database with `many` incidents and all that belongs to them."""
    city = City(many)
    # Built afterwards they take minutes less.
    indices = [index for name in COLUMNS for index in IncidentRow.metadata.tables[name].indexes]
    with engine.begin() as connection:
        for index in indices:
            index.drop(connection)
    raw = engine.raw_connection()
    put = _copy if is_postgresql(engine) else _insert
    try:
        cursor = raw.cursor()
        if not is_postgresql(engine):
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -1000000")
            cursor.execute("PRAGMA foreign_keys = OFF")
        for rows in city.blocks():
            if not is_postgresql(engine):
                cursor.execute("BEGIN")
            for table, many_rows in rows.items():
                if many_rows:
                    put(cursor, table, COLUMNS[table].split(), many_rows)
            raw.commit()
    finally:
        raw.invalidate()
    with engine.begin() as connection:
        for index in indices:
            index.create(connection)
    return city


def _insert(cursor: Any, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608


def _copy(cursor: Any, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
