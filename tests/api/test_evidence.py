"""Pictures behind links: who has the link sees it, masked, for some minutes, in parts if asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from api import links
from api.links import GRID_S, LIVES_S, BadLink, Links, check
from api.ranges import Unsatisfiable, parse
from events.alert import EvidenceRef
from store import incidents
from tests.api.conftest import LogIn
from tests.api.served import served, until
from tests.store.samples import alert

KEY, SHA, NOW = b"k" * 32, "ab" * 32, 1_790_000_000.0
CLIP = bytes(range(256)) * 4


class FakeWorker:
    """The worker's door for pictures: says what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.app = FastAPI()

        @self.app.get("/render/{sha256}")
        def render(sha256: str, masked: bool = True) -> Response:
            self.asked.append(masked)
            if sha256 != SHA:
                return Response('{"detail":"no such evidence"}', 404)
            return Response(CLIP if masked else b"original", media_type="video/mp4")


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[FakeWorker]:
    made = FakeWorker()
    socket = tmp_path / "worker.sock"
    server = uvicorn.Server(uvicorn.Config(made.app, uds=str(socket), log_config=None))
    thread = threading.Thread(target=server.run)  # noqa: TID251
    thread.start()
    until(lambda: server.started, "the worker's start")
    yield made
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def url(engine: Engine, log_in: LogIn) -> str:
    """The link to the clip of an incident, as a reviewer gets it."""
    clip = EvidenceRef("clip", "attached", SHA, "video/mp4", 1000.0)
    id = incidents.record(engine, alert("a1", evidence=(clip,)), review=True).incident
    found = log_in("reviewer").get(f"/api/v1/incidents/{id}").json()
    return str(found["evidence"][0]["url"])


def changed(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = {key: found[0] for key, found in parse_qs(parts.query).items()} | {name: value}
    return f"{parts.path}?{'&'.join(f'{k}={v}' for k, v in query.items())}"


def test_the_link_is_the_right_and_what_it_gives_is_masked(
    nobody: TestClient, url: str, worker: FakeWorker
) -> None:
    answer = nobody.get(url)
    assert (answer.status_code, answer.content) == (200, CLIP)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert worker.asked == [True]


def test_a_link_that_was_changed_or_is_old_does_not_work(
    nobody: TestClient, url: str, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("masked", "false"),
        ("by", "wang"),
        ("until", "9999999999"),
        ("signature", "x"),
    ):
        answer = nobody.get(changed(url, name, value))
        assert (answer.status_code, answer.json()["type"]) == (403, "bad-link"), name
    other = url.replace(SHA, "cd" * 32)
    assert nobody.get(other).status_code == 403
    assert nobody.get(url.partition("?")[0]).status_code == 422
    end = float(parse_qs(urlsplit(url).query)["until"][0])
    monkeypatch.setattr("api.routes.evidence.time", lambda: end)
    answer = nobody.get(url)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "the link is too old; fetch the incident anew",
    )
    assert worker.asked == []


def test_a_player_can_seek(nobody: TestClient, url: str, worker: FakeWorker) -> None:
    part = nobody.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, CLIP[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(CLIP)}"
    assert part.headers["Content-Length"] == "100"
    rest = nobody.get(url, headers={"Range": "bytes=1000-"})
    assert (rest.status_code, rest.content) == (206, CLIP[1000:])
    behind = nobody.get(url, headers={"Range": f"bytes={len(CLIP)}-"})
    assert behind.status_code == 416
    assert behind.headers["Content-Range"] == f"bytes */{len(CLIP)}"
    old = nobody.get(url, headers={"Range": "bytes=0-9", "If-Range": '"of-another"'})
    assert (old.status_code, old.content) == (200, CLIP)


def test_only_the_head_and_only_when_it_is_not_known(
    app: FastAPI, url: str, worker: FakeWorker
) -> None:
    with served(app) as running, httpx.Client(base_url=running.url) as client:
        head = client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Length"] == str(len(CLIP))
        assert head.headers["Accept-Ranges"] == "bytes"
        asked = len(worker.asked)
        known = client.get(url, headers={"If-None-Match": head.headers["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert len(worker.asked) == asked
        masked = changed(url, "masked", "false")
        refused = client.get(masked, headers={"If-None-Match": head.headers["ETag"]})
        assert refused.status_code == 403


def test_originals_are_given_by_their_own_links_and_stay_nowhere(
    engine: Engine, nobody: TestClient, log_in: LogIn, url: str, worker: FakeWorker
) -> None:
    (incident,) = incidents.list_incidents(engine).incidents
    client = log_in("reviewer", "wang", originals=True)
    given = client.post(f"/api/v1/incidents/{incident.id}/originals", json={"reason": "case 17"})
    answer = nobody.get(given.json()["evidence"][0]["url"])
    assert (answer.status_code, answer.content) == (200, b"original")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert worker.asked == [False]


def test_without_a_worker_there_are_no_pictures_for_now(nobody: TestClient, url: str) -> None:
    answer = nobody.get(url)
    assert (answer.status_code, answer.json()["type"]) == (503, "worker-away")
    assert int(answer.headers["Retry-After"]) > 0


def test_what_is_not_there_is_said_to_be_so(
    engine: Engine, nobody: TestClient, worker: FakeWorker
) -> None:
    answer = nobody.get(links.links(engine, "li").to("cd" * 32))
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")


# --- links


def test_links_of_the_same_minutes_are_the_same_so_that_browsers_keep_what_they_have() -> None:
    begin = NOW // GRID_S * GRID_S
    first, last = Links(KEY, "li", begin), Links(KEY, "li", begin + GRID_S - 1)
    assert first.to(SHA) == last.to(SHA)
    assert Links(KEY, "li", begin + GRID_S).to(SHA) != first.to(SHA)
    assert Links(KEY, "wang", begin).to(SHA) != first.to(SHA)


@given(st.floats(0, 2e9), st.text(max_size=20), st.booleans())
def test_a_link_works_for_its_ten_minutes_and_not_for_long(
    now: float, by: str, masked: bool
) -> None:
    query = parse_qs(urlsplit(Links(KEY, by, now, masked).to(SHA)).query, keep_blank_values=True)
    until_, signature = int(query["until"][0]), query["signature"][0]
    assert query["by"] == [by]
    check(KEY, SHA, until_, masked, by, signature, now + LIVES_S)
    with pytest.raises(BadLink):
        check(KEY, SHA, until_, masked, by, signature, now + LIVES_S + GRID_S + 1)
    with pytest.raises(BadLink):
        check(KEY, SHA, until_, not masked, by, signature, now)
    with pytest.raises(BadLink):
        check(b"x" * 32, SHA, until_, masked, by, signature, now)


# --- ranges


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-", range(10)),
        ("bytes=2-4", range(2, 5)),
        ("bytes=2-99", range(2, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
        (f"bytes={'9' * 30}-", None),
        ("bytes=٣-", None),
    ],
)
def test_ranges(header: str, expected: range | None) -> None:
    assert parse(header, 10) == expected


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=-1", 0)])
def test_ranges_that_are_not_there(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        parse(header, size)
