"""Pictures and clips in a folder, named by what is in them: SHA-256, durable before it is told."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import BinaryIO

_HASH = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8})?")
_CHUNK = 1 << 20
_UNFINISHED = ".part-"


class BlobError(Exception):
    """A blob is missing, damaged, or was asked for by something that is no hash."""


class Blobs:
    """A content-addressed folder: FOLDER/ab/ab12….jpg. Several processes may use it at once.

    The first suffix that some content came with stays; it is for people, the hash is the name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, suffix: str = "") -> str:
        """Store bytes and return their hash; when it returns they outlive a power cut."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._new_file() as (file, temporary):
            file.write(data)
            self._keep(file, temporary, sha256, suffix)
        return sha256

    def put_file(self, path: Path) -> str:
        """Store a copy of a file, under its suffix, and return its hash; see `put`."""
        digest = hashlib.sha256()
        with path.open("rb") as source, self._new_file() as (file, temporary):
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            self._keep(file, temporary, digest.hexdigest(), path.suffix)
        return digest.hexdigest()

    def path(self, sha256: str) -> Path:
        """Return where a blob lies.

        Raises:
            BlobError: there is none.
        """
        found = self._find(sha256)
        if found is None:
            raise BlobError(f"no blob {sha256}")
        return found

    def read(self, sha256: str) -> bytes:
        """Return a blob's bytes, checked against its hash.

        Raises:
            BlobError: there is none, or it is damaged.
        """
        data = self.path(sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobError(f"blob {sha256} is damaged")
        return data

    def sweep(self, keep: Callable[[str], Collection[str]], older_than_s: float) -> int:
        """Delete what nobody refers to and nobody put for `older_than_s`; return how many files.

        `keep` returns the hashes to be kept that begin with two digits. The age protects what was
        just put and has no row yet, so choose it in hours.
        """
        before, removed = time() - older_than_s, 0
        for shard in sorted(self._folder.glob("??")):
            kept = keep(shard.name)
            for file in sorted(shard.iterdir()):
                if file.name[:64] not in kept and file.stat().st_mtime < before:
                    file.unlink(missing_ok=True)
                    removed += 1
        for file in self._folder.glob(f"{_UNFINISHED}*"):
            if file.stat().st_mtime < before:
                file.unlink(missing_ok=True)
                removed += 1
        return removed

    def _find(self, sha256: str) -> Path | None:
        if not _HASH.fullmatch(sha256):
            raise BlobError("not a SHA-256 in hexadecimal digits")
        return next(iter(sorted((self._folder / sha256[:2]).glob(f"{sha256}*"))), None)

    @contextmanager
    def _new_file(self) -> Iterator[tuple[BinaryIO, Path]]:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file, Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _keep(self, file: BinaryIO, temporary: Path, sha256: str, suffix: str) -> None:
        if not _SUFFIX.fullmatch(suffix):
            raise BlobError("a suffix is a dot and up to eight letters or digits")
        shard = self._folder / sha256[:2]
        found = self._find(sha256)
        if found is not None and found.stat().st_size == file.tell():
            # Fresh again for `sweep`; its writer may not have come to the folder's fsync yet.
            os.utime(found)
        else:
            file.flush()
            os.fsync(file.fileno())
            shard.mkdir(exist_ok=True)
            temporary.rename(found or shard / f"{sha256}{suffix.lower()}")
        _sync(shard)
        _sync(self._folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
