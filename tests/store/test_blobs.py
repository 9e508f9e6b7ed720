"""Blobs are named by their content, whole or not there at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from time import time

import pytest

from store.blobs import BlobError, Blobs

DATA = b"a picture" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def files(tmp_path: Path) -> list[Path]:
    return sorted(p for p in (tmp_path / "blobs").rglob("*") if p.is_file())


def test_what_is_put_is_found_by_its_hash(blobs: Blobs, tmp_path: Path) -> None:
    assert blobs.put(DATA, ".JPG") == SHA256
    assert blobs.read(SHA256) == DATA
    assert blobs.path(SHA256) == tmp_path / "blobs" / SHA256[:2] / f"{SHA256}.jpg"


def test_the_same_content_lies_there_once(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(DATA)
    assert blobs.put(DATA, ".jpg") == blobs.put_file(tmp_path / "clip.mp4") == SHA256
    assert len(files(tmp_path)) == 1
    assert (tmp_path / "clip.mp4").exists()


def test_damage_is_noticed_and_mended_by_the_next_put(blobs: Blobs) -> None:
    blobs.put(DATA, ".jpg")
    blobs.path(SHA256).write_bytes(DATA[:-1])
    with pytest.raises(BlobError, match="damaged"):
        blobs.read(SHA256)
    blobs.put(DATA, ".png")
    assert blobs.read(SHA256) == DATA


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "AB" * 32, "ab" * 32 + "*", "*" * 64])
def test_what_is_no_hash_is_refused(blobs: Blobs, bad: str) -> None:
    with pytest.raises(BlobError, match="not a SHA-256"):
        blobs.path(bad)


def test_what_is_not_there_is_said(blobs: Blobs) -> None:
    with pytest.raises(BlobError, match="no blob"):
        blobs.read(SHA256)


def test_a_failed_put_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(BlobError, match="suffix"):
        blobs.put(DATA, "/../x")
    with pytest.raises(FileNotFoundError):
        blobs.put_file(tmp_path / "none.mp4")
    assert files(tmp_path) == []


def test_a_full_disk_leaves_nothing(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        blobs.put(DATA, ".jpg")
    assert files(tmp_path) == []


def test_the_sweep_takes_old_orphans_only(blobs: Blobs, tmp_path: Path) -> None:
    kept, orphan, young, again = (blobs.put(bytes([n]), ".bin") for n in range(4))
    leftover = tmp_path / "blobs" / ".part-crashed"
    leftover.write_bytes(b"half")
    for path in (blobs.path(kept), blobs.path(orphan), blobs.path(again), leftover):
        os.utime(path, (time() - 7200, time() - 7200))
    blobs.put(bytes([3]))

    assert blobs.sweep(lambda _digits: {kept}, older_than_s=3600) == 2

    assert [blobs.read(sha256) for sha256 in (kept, young, again)] == [b"\0", b"\2", b"\3"]
    with pytest.raises(BlobError):
        blobs.path(orphan)
