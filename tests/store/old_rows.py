"""One row and more of every table, as programs of each schema version wrote them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, MetaData

from store.audit import GENESIS, _hash
from store.tables import AuditRow
from tests.store.samples import BOX, alert

ALERT = alert("alert-1")
HASH = "ab" * 32


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return rows by table; a column or table that a version lacks is left out there."""
    return {**_desired(), **_observed(), **_log(), **_cases(), **_case_files(), **_access()}


def insert(connection: Connection) -> dict[str, int]:
    """Fill the tables that are there, parents first; return how many rows each got."""
    metadata = MetaData()
    metadata.reflect(connection)
    given, counts = rows(), {}
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        many = given[table.name]  # a new table needs rows here
        for row in many:
            known = {name: value for name, value in row.items() if name in table.columns}
            connection.execute(table.insert(), known)
        counts[table.name] = len(many)
    return counts


def _desired() -> dict[str, list[dict[str, Any]]]:
    words = {"zh": "演示", "en": "Demo"}
    zone = {"name": "square", "points": [[0, 0], [1, 0], [1, 1]]}
    return {
        "revision": [{"id": 1, "value": 7}],
        "camera": [
            {
                "id": "gate-1",
                "name": "北门",
                "url": "rtsp://10.0.0.7:554/main",
                "username": "viewer",
                "password": "s3cret",
                "sub_url": "",
                "gb_id": "",
                "owner_unit": "unit",
                "place_code": "",
                "lon": 114.3,
                "lat": 30.6,
                "crs": "CGCS2000",
                "rotation": 0,
                "enabled": True,
            }
        ],
        "task": [
            {
                "camera": "gate-1",
                "algorithm": "litter",
                "enabled": True,
                "parameters": {"dwell_s": 5.0},
                "zones": [zone],
                "time_plan": [],
                "review": None,
            }
        ],
        "destination": [
            {
                "id": "city",
                "audience": "city",
                "type": "webhook",
                "url": "https://city.example/hook",
                "secret": "wh",
                "pictures": "masked",
                "enabled": True,
            }
        ],
        "template": [{"id": "t", "name": words, "note": words, "parameters": {}}],
        "algorithm_settings": [{"algorithm": "litter", "parameters": {}}],
    }


def _observed() -> dict[str, list[dict[str, Any]]]:
    pair = {"camera": "gate-1", "algorithm": "litter", "because": "", "watching": True}
    return {
        "camera_state": [{"camera": "gate-1", "state": "live", "detail": "", "since": 990.0}],
        "applied_revision": [{"camera": "gate-1", "revision": 7}],
        "watch_interval": [
            {**pair, "began": 100.0, "ended": 200.0, "seen_at": 200.0},
            {**pair, "began": 200.0, "ended": None, "seen_at": 300.0},
        ],
        "camera_rate": [
            {
                "camera": "gate-1",
                "way": "tap",
                "why": "",
                "wanted": 1.0,
                "reached": 0.9,
                "at": 300.0,
            }
        ],
        "process": [{"name": "worker", "started_at": 1.0, "seen_at": 2.0, "detail": {}}],
    }


def _log() -> dict[str, list[dict[str, Any]]]:
    audited = AuditRow(
        n=1, at=1000.0, actor="op", action="camera.put", object="gate-1", detail={}, prev=GENESIS
    )
    return {
        "event_log": [
            {
                "id": f"event-{n}",
                "type": "x",
                "source": "/x",
                "subject": "old",
                "time": "2026-01-01T00:00:00Z",
                "data": {"id": "old"},
                "incident": "old",
                "city": False,
            }
            for n in range(3)
        ],
        "consumer": [
            {"name": "destination:city", "cursor": 2, "lease_owner": "", "lease_until": 0.0}
        ],
        "dead_letter": [
            {
                "consumer": "destination:city",
                "seq": 1,
                "event_id": "event-0",
                "why": "no",
                "at": 9.0,
            }
        ],
        "audit": [
            {
                "n": 1,
                "at": 1000.0,
                "actor": "op",
                "action": "camera.put",
                "object": "gate-1",
                "detail": {},
                "prev": GENESIS,
                "hash": _hash(audited),
            }
        ],
    }


def _cases() -> dict[str, list[dict[str, Any]]]:
    seen = {"camera": "gate-1", "algorithm": "litter", "episode": "e1"}
    return {
        "place": [
            {
                "id": "p",
                "site": "gate-1",
                "camera": "gate-1",
                "kind": "litter",
                "box": list(BOX),
                "used_at": 1000.0,
                "fixture": False,
            }
        ],
        "incident": [
            {
                **seen,
                "id": "old",
                "place": "p",
                "kind": "litter",
                "presence": "here",
                "since": 990.0,
                "opened_at": 1000.0,
                "updated_at": 1000.0,
                "last_seen": 1000.0,
                "box": list(BOX),
                "score": 0.8,
                "severity": "high",
                "facts": {},
                "maker": msgspec.to_builtins(ALERT.maker),
                "codes": {},
                "merged": 0,
                "reopened": 0,
                "state": "pending_review",
                "version": 2,
            }
        ],
    }


def _case_files() -> dict[str, list[dict[str, Any]]]:
    seen = {"camera": "gate-1", "algorithm": "litter", "episode": "e1"}
    measure = [{"name": "age_s", "value": 6.0, "limit": 5.0}]
    return {
        "alert": [
            {
                **seen,
                "id": ALERT.id,
                "incident": "old",
                "change": "opened",
                "at": 1000.0,
                "recorded_at": 1001.0,
                "body": msgspec.to_builtins(ALERT),
            }
        ],
        "evidence": [
            {
                "incident": "old",
                "alert": ALERT.id,
                "episode": "e1",
                "role": "wide",
                "state": "attached",
                "sha256": HASH,
                "media_type": "image/jpeg",
                "captured_at": 1000.0,
                "masks": [],
                "why": "",
            }
        ],
        "decision": [
            {
                "incident": "old",
                "version": 2,
                "action": "redecide",
                "from_state": "rejected",
                "to_state": "pending_review",
                "actor": "li",
                "by": "reviewer",
                "reason": "",
                "rule": "",
                "at": 1002.0,
            }
        ],
        "legal_hold": [{"incident": "old", "reason": "court", "actor": "li", "at": 1003.0}],
        "trace": [
            {
                "incident": "old",
                "role": "opened",
                "change": "opened",
                "at": 1000.0,
                "level": 0,
                "measures": measure,
                "body": None,
            }
        ],
    }


def _access() -> dict[str, list[dict[str, Any]]]:
    return {
        "user": [
            {
                "name": "li",
                "role": "admin",
                "originals": True,
                "password_hash": "x",
                "must_change": False,
                "disabled": False,
                "created_at": 1.0,
            }
        ],
        "login_failure": [
            {"name_hash": "x", "failed": 1, "locked_until": 0.0, "tried_at": 1.0},
        ],
        "session": [
            {"token_hash": "x", "user": "li", "created_at": 1.0, "seen_at": 1.0, "address": "::1"},
        ],
        "api_key": [
            {
                "id": "k",
                "name": "k",
                "key_hash": "x",
                "scopes": ["events:read"],
                "owner": "li",
                "created_at": 1.0,
            }
        ],
        "secret": [{"name": "links", "value": "00" * 32}],
    }
