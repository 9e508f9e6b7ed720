"""python -m models pull, against a server on this machine with good and bad days."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from models.catalog import Catalog, read_manifest
from models.download import Transfer
from models.manifest import ModelManifest, parse
from models.pull import Order, Outcome, available, pull
from models.weights import WeightError, WeightStore
from tests.models.manifests import SAMPLE, hashed, write_text
from tests.models.server import Served, serving

BODY = bytes(range(256)) * 1024
IR = {"net.xml": b"<net/>", "net.bin": b"numbers"}
FILE = """
[[files]]
name = "{name}"
url = "{url}"
"""


def text(id: str, files: Mapping[str, tuple[str, bytes | None]], format: str = "onnx") -> str:
    """Return a manifest of name -> (address, content whose hash is published, or None)."""
    rows = ""
    for name, (url, body) in files.items():
        rows += FILE.format(name=name, url=url)
        if body is not None:
            rows += f'sha256 = "{hashed(body)}"\nsize = {len(body)}\n'
    return SAMPLE.format(id=id, format=format, files=rows)


def model(url: str, body: bytes | None = BODY) -> ModelManifest:
    made: ModelManifest = parse(text("made", {"made.onnx": (url, body)}), ModelManifest, "made")
    return made


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(Served({"/made.onnx": BODY})) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> WeightStore:
    return WeightStore(tmp_path / "store", tmp_path / "embedded")


def quick(**changes: object) -> Order:
    """An order that waits for nothing between its attempts."""
    return Order(transfer=Transfer("", wait=lambda _: None, **changes))  # type: ignore[arg-type]


def left_over(store: WeightStore) -> list[str]:
    parts = store.folder / ".parts"
    return sorted(path.name for path in parts.rglob("*") if path.is_file())


def ranges(served: Served) -> list[str]:
    return [headers.get("range", "") for _, headers, _ in served.asked]


def test_a_model_comes_from_the_address_in_its_manifest(store: WeightStore, served: Served) -> None:
    heard: list[tuple[str, int, int]] = []
    manifest = model(f"{served.url}/made.onnx")
    order = Order(progress=lambda *told: heard.append(told))
    pulled = pull(store, manifest, order)
    assert pulled.outcome is Outcome.DONE
    assert "licence MIT" in pulled.text
    assert store.find(manifest)[0].read_bytes() == BODY
    assert heard[0] == ("made.onnx", 0, len(BODY))
    assert heard[-1] == ("made.onnx", len(BODY), len(BODY))
    assert left_over(store) == []
    assert "installed already" in pull(store, manifest, order).text
    assert len(served.asked) == 1


def test_what_broke_off_goes_on_where_it_ended(store: WeightStore, served: Served) -> None:
    served.etag, served.cuts = '"v1"', [100_000, 50_000]
    manifest = model(f"{served.url}/made.onnx")
    assert pull(store, manifest, quick()).outcome is Outcome.DONE
    assert store.find(manifest)[0].read_bytes() == BODY
    assert ranges(served) == ["", "bytes=100000-", "bytes=150000-"]


def test_a_later_command_goes_on_from_what_an_earlier_one_left(
    store: WeightStore, served: Served
) -> None:
    served.etag, served.cuts = '"v1"', [100_000, 0, 0, 0, 0]
    manifest = model(f"{served.url}/made.onnx")
    failed = pull(store, manifest, quick())
    assert failed.outcome is Outcome.FAILED
    assert "100000 bytes are kept" in failed.text
    assert not store.installed(manifest)
    served.asked.clear()
    assert pull(store, manifest, quick()).outcome is Outcome.DONE
    assert ranges(served) == ["bytes=100000-"]


def test_a_server_that_knows_no_ranges_sends_the_whole_again(
    store: WeightStore, served: Served
) -> None:
    served.cuts = [100_000]
    manifest = model(f"{served.url}/made.onnx")
    assert pull(store, manifest, quick()).outcome is Outcome.DONE
    assert store.find(manifest)[0].read_bytes() == BODY
    assert ranges(served) == ["", ""]


def test_a_file_that_changed_meanwhile_is_fetched_anew(store: WeightStore, served: Served) -> None:
    served.etag, served.cuts = '"v1"', [100_000, 0, 0, 0, 0]
    manifest = model(f"{served.url}/made.onnx")
    served.files = {"/made.onnx": b"another".ljust(len(BODY))}
    assert pull(store, manifest, quick()).outcome is Outcome.FAILED
    served.files, served.etag = {"/made.onnx": BODY}, '"v2"'
    assert pull(store, manifest, quick()).outcome is Outcome.DONE
    assert store.find(manifest)[0].read_bytes() == BODY


def test_a_part_that_is_longer_than_the_file_now_is_thrown_away(
    store: WeightStore, served: Served
) -> None:
    served.etag = '"v1"'
    manifest = model(f"{served.url}/made.onnx")
    place = store.folder / ".parts" / "made-1"
    place.mkdir(parents=True)
    (place / "made.onnx.part").write_bytes(b"x" * (len(BODY) + 9))
    note = {"url": f"{served.url}/made.onnx", "mark": '"v1"', "total": len(BODY) + 20}
    (place / "made.onnx.part.json").write_text(json.dumps(note))
    assert pull(store, manifest, quick()).outcome is Outcome.DONE
    assert store.find(manifest)[0].read_bytes() == BODY


def test_a_part_that_was_complete_is_not_fetched_again(store: WeightStore, served: Served) -> None:
    served.etag = '"v1"'
    place = store.folder / ".parts" / "made-1"
    place.mkdir(parents=True)
    (place / "made.onnx.part").write_bytes(BODY)
    note = {"url": f"{served.url}/made.onnx", "mark": '"v1"', "total": len(BODY)}
    (place / "made.onnx.part.json").write_text(json.dumps(note))
    assert pull(store, model(f"{served.url}/made.onnx"), quick()).outcome is Outcome.DONE
    assert ranges(served) == [f"bytes={len(BODY)}-"]


@pytest.mark.parametrize("note", ["", "{", "[]", '{"url": 3, "colour": 4}'])
def test_a_note_that_cannot_be_read_only_costs_a_fresh_start(
    store: WeightStore, served: Served, note: str
) -> None:
    served.etag = '"v1"'
    place = store.folder / ".parts" / "made-1"
    place.mkdir(parents=True)
    (place / "made.onnx.part").write_bytes(b"left over")
    (place / "made.onnx.part.json").write_text(note)
    assert pull(store, model(f"{served.url}/made.onnx"), quick()).outcome is Outcome.DONE
    assert ranges(served) == [""]


def test_a_silent_server_counts_as_broken_off(store: WeightStore, served: Served) -> None:
    served.etag, served.cuts, served.stalls = '"v1"', [100_000], threading.Event()
    manifest = model(f"{served.url}/made.onnx")
    assert pull(store, manifest, quick(silent_s=0.3)).outcome is Outcome.DONE
    assert ranges(served) == ["", "bytes=100000-"]


def test_a_wrong_file_is_thrown_away(store: WeightStore, served: Served) -> None:
    served.files = {"/made.onnx": b"evil".ljust(len(BODY))}
    pulled = pull(store, model(f"{served.url}/made.onnx"), quick())
    assert pulled.outcome is Outcome.FAILED
    assert hashed(BODY) in pulled.text
    assert hashed(served.files["/made.onnx"]) in pulled.text
    assert left_over(store) == []
    assert not store.installed(model(f"{served.url}/made.onnx"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"files": {}}, "the server answers 404"),
        ({"files": {"/made.onnx": BODY + b"more"}}, "262148 bytes, and the manifest says 262144"),
        ({"kind": "text/html; charset=utf-8"}, "a web page came instead"),
        ({"moved": {"/made.onnx": "/made.onnx"}}, "TooManyRedirects"),
        ({"moved": {"/made.onnx": "ftp://127.0.0.1/made.onnx"}}, "UnsupportedProtocol"),
    ],
)
def test_what_is_no_such_file_is_refused(
    store: WeightStore, served: Served, change: dict[str, object], reason: str
) -> None:
    for name, value in change.items():
        setattr(served, name, value)
    pulled = pull(store, model(f"{served.url}/made.onnx?token=hidden"), quick())
    assert pulled.outcome is Outcome.FAILED
    assert reason in pulled.text
    assert "hidden" not in pulled.text


def test_more_than_the_limit_is_refused_before_and_while_it_comes(
    store: WeightStore, served: Served
) -> None:
    manifest = model(f"{served.url}/made.onnx")
    pulled = pull(store, manifest, replace(quick(), limit=1000))
    assert (pulled.outcome, "larger than 1000 bytes" in pulled.text) == (Outcome.FAILED, True)


def test_a_pickle_is_not_taken_in(store: WeightStore, served: Served) -> None:
    body = b"\x80\x04 pickled"
    served.files = {"/made.onnx": body}
    pulled = pull(store, model(f"{served.url}/made.onnx", body), quick())
    assert (pulled.outcome, "a pickle" in pulled.text) == (Outcome.FAILED, True)
    assert left_over(store) == []


def test_two_pulls_of_one_file_do_not_mix(store: WeightStore, served: Served) -> None:
    """The second says so while the first is at work on the unfinished file."""
    manifest = model(f"{served.url}/made.onnx")
    seen: list[str] = []

    def also(_file: str, done: int, _total: int) -> None:
        if not done:
            seen.append(pull(store, manifest, quick()).text)

    assert pull(store, manifest, replace(quick(), progress=also)).outcome is Outcome.DONE
    assert seen == ["made: made.onnx.part: another pull is at work on it"]


def test_a_full_disk_is_named(
    store: WeightStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("models.download._receive", full)
    pulled = pull(store, model(f"{served.url}/made.onnx"), quick())
    assert (pulled.outcome, "No space left" in pulled.text) == (Outcome.FAILED, True)


def closed_address() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_without_a_network_it_says_what_to_bring(store: WeightStore) -> None:
    url = f"{closed_address()}/some/folder/made.onnx?key=hidden"
    pulled = pull(store, model(url), quick())
    assert pulled.outcome is Outcome.OFFLINE
    for part in ("no way to 127.0.0.1", "/some/folder/made.onnx", hashed(BODY), "0.3 MB"):
        assert part in pulled.text
    assert "python -m models import made.onnx" in pulled.text
    assert "hidden" not in pulled.text


def test_a_proxy_of_the_usual_setting_is_used(
    store: WeightStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request goes to the proxy, with the whole address in it."""
    monkeypatch.setenv("HTTP_PROXY", served.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    served.files = {"http://models.example/made.onnx": BODY}
    manifest = model("http://models.example/made.onnx")
    assert pull(store, manifest, quick()).outcome is Outcome.DONE


class TestTrustOnFirstUse:
    def test_a_hash_that_nobody_published_is_shown_and_asked_for(
        self, store: WeightStore, served: Served
    ) -> None:
        manifest = model(f"{served.url}/made.onnx?token=hidden", None)
        asked = pull(store, manifest, quick())
        assert asked.outcome is Outcome.HASH_WANTED
        assert f"pull made --accept-hash {hashed(BODY)}" in asked.text
        assert "trust on first use" in asked.text
        assert "hidden" not in asked.text
        assert not store.installed(manifest)
        with pytest.raises(WeightError, match="python -m models pull made"):
            store.find(manifest)
        # Accepted, the file that was shown is taken: not another one that might come now.
        served.files = {"/made.onnx": b"changed"}
        accepted = replace(quick(), accepted=frozenset({hashed(BODY)}))
        assert pull(store, manifest, accepted).outcome is Outcome.DONE
        assert len(served.asked) == 1
        assert store.find(manifest)[0].read_bytes() == BODY
        assert store.pinned(manifest).files[0].sha256 == hashed(BODY)

    def test_what_was_accepted_once_is_what_is_taken_from_then_on(
        self, store: WeightStore, served: Served, tmp_path: Path
    ) -> None:
        manifest = model(f"{served.url}/made.onnx", None)
        accepted = replace(quick(), accepted=frozenset({hashed(BODY), hashed(b"changed")}))
        assert pull(store, manifest, accepted).outcome is Outcome.DONE
        store.find(manifest)[0].unlink()
        served.files = {"/made.onnx": b"changed"}
        again = WeightStore(store.folder, tmp_path / "embedded")
        pulled = pull(again, manifest, accepted)
        assert pulled.outcome is Outcome.FAILED
        assert f"expected sha256 {hashed(BODY)}, found {hashed(b'changed')}" in pulled.text

    def test_another_hash_accepts_nothing(self, store: WeightStore, served: Served) -> None:
        manifest = model(f"{served.url}/made.onnx", None)
        other = replace(quick(), accepted=frozenset({hashed(b"other")}))
        assert pull(store, manifest, other).outcome is Outcome.HASH_WANTED
        assert not store.installed(manifest)

    def test_another_version_is_asked_for_anew(self, store: WeightStore, served: Served) -> None:
        manifest = model(f"{served.url}/made.onnx", None)
        accepted = replace(quick(), accepted=frozenset({hashed(BODY)}))
        assert pull(store, manifest, accepted).outcome is Outcome.DONE
        newer = manifest.model_copy(update={"version": "2"})
        assert not store.installed(newer)
        assert pull(store, newer, quick()).outcome is Outcome.HASH_WANTED

    @pytest.mark.parametrize("damage", ["{", "[]", '{"made 1": 3}'])
    def test_a_damaged_list_of_hashes_is_named(
        self, store: WeightStore, served: Served, damage: str
    ) -> None:
        store.folder.mkdir()
        (store.folder / "pins.json").write_text(damage)
        pulled = pull(store, model(f"{served.url}/made.onnx", None), quick())
        assert (pulled.outcome, "pins.json" in pulled.text) == (Outcome.FAILED, True)


def test_every_shipped_address_is_a_makers_and_secure() -> None:
    """Nothing else than these two hosts is asked, and never without TLS or a published hash."""
    known = available(Catalog.read().models)
    assert len(known) >= 14
    for manifest in known.values():
        for file in manifest.files:
            assert file.url.startswith(("https://github.com/", "https://huggingface.co/")), file
            assert file.sha256
    moving = [m.id for m in known.values() for f in m.files if "/main/" in f.url]
    assert moving == [], "an address of a branch can change under its hash"


def test_a_manifest_needs_a_hash_or_an_address(tmp_path: Path) -> None:
    content = text("made", {"made.onnx": ("", None)})
    with pytest.raises(ValueError, match=r"files\.0: .*needs the `url`"):
        read_manifest(write_text(tmp_path / "made.toml", content), ModelManifest)
