"""Weight files over HTTP: bounded in size, taken up again where they broke off."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx

from models.manifest import ModelManifest
from models.weights import WeightError

LIMIT_BYTES = 2 << 30
CONNECT_S = 10.0
ATTEMPTS = 4
"""Attempts without a single new byte before it is given up."""

Told = Callable[[int, int], None]
"""Hears how many bytes are there and how many it will be (0: not known)."""


class Offline(WeightError):
    """There is no way to the server; the text says to which."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How a file is fetched. `size` in bytes is what the manifest says, 0 when it says nothing."""

    url: str
    size: int = 0
    limit: int = LIMIT_BYTES
    silent_s: float = 30.0
    """So long may nothing come before the connection counts as broken off."""
    wait: Callable[[float], object] = lambda seconds: Event().wait(seconds)

    @property
    def shown(self) -> str:
        """The address without user, password and query."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


@dataclass(frozen=True, slots=True)
class _Note:
    """What stands beside an unfinished file: whose beginning it is."""

    url: str = ""
    mark: str = ""
    """The server's ETag or Last-Modified; without one nothing can be taken up again."""
    total: int = 0


class _BrokeOff(Exception):
    """The connection ended before the file did."""


def addresses(manifest: ModelManifest, url: str = "") -> tuple[str, ...]:
    """Return where each file of a model is: its own address, or a mirror at `url`.

    `url` is the first file, and the others lie beside it under their manifest names; or it is
    their folder, with a slash at its end.

    Raises:
        WeightError: not an http or https URL, or the manifest names no address.
    """
    if not url:
        if not all(file.url for file in manifest.files):
            raise WeightError(
                f"{manifest.id}: its maker offers no file for download; say where yours is with"
                " --from URL, or bring it: python -m models import FILE"
            )
        return tuple(file.url for file in manifest.files)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WeightError(f"{Transfer(url).shown}: not an http:// or https:// address")
    named = [urljoin(url, file.name) for file in manifest.files]
    return tuple(named if url.endswith("/") else [url, *named[1:]])


def download(transfer: Transfer, target: Path, told: Told = lambda _done, _total: None) -> None:
    """Write what the address answers to `target`, on from what an earlier try left of it.

    What is unfinished stays as `<target>.part` with a note beside it. The proxies of the usual
    variables (HTTPS_PROXY, NO_PROXY ...) are used.

    Raises:
        Offline: no connection at all.
        WeightError: an answer that is no file, more than the limit or another size than expected,
            a connection that broke off again and again, another pull at work, or a full disk. The
            text holds neither user, password nor query.
    """
    part = target.with_name(target.name + ".part")
    fruitless = 0
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with _alone(part) as file:
            while True:
                before = _length(file)
                try:
                    _attempt(transfer, part, file, told)
                    break
                except _BrokeOff as error:
                    fruitless = 0 if _length(file) > before else fruitless + 1
                    if fruitless >= ATTEMPTS:
                        raise WeightError(_gave_up(transfer, file, error)) from None
                    transfer.wait(min(8.0, 2.0**fruitless / 2))
            part.replace(target)
        _note_of(part).unlink(missing_ok=True)
    except OSError as error:
        raise WeightError(f"{target}: {error.strerror}") from error


@contextmanager
def _alone(part: Path) -> Iterator[BinaryIO]:
    with part.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WeightError(f"{part.name}: another pull is at work on it") from None
        yield file


def _attempt(transfer: Transfer, part: Path, file: BinaryIO, told: Told) -> None:
    """Make one request and write what it brings.

    Raises:
        _BrokeOff: the connection ended early; what came is kept.
    """
    note, have = _noted(part, transfer.url), _length(file)
    headers = {"accept-encoding": "identity"}
    timeout = httpx.Timeout(transfer.silent_s, connect=CONNECT_S)
    if have and note.mark:
        headers |= {"range": f"bytes={have}-", "if-range": note.mark}
    try:
        with httpx.stream(
            "GET", transfer.url, headers=headers, follow_redirects=True, timeout=timeout
        ) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                if have and note.total == have:
                    return  # it was complete already
                _note_of(part).unlink(missing_ok=True)
                raise _BrokeOff("the file has changed since")
            start = _start(transfer, answer, have)
            total = _total(transfer, answer, start)
            fresh = _Note(transfer.url, _mark(answer) or (note.mark if start else ""), total)
            _note_of(part).write_text(json.dumps(asdict(fresh)), encoding="utf-8")
            file.truncate(start)
            _receive(transfer, answer, file, (start, total), told)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
        raise Offline(_no_way(transfer, error)) from None
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.TooManyRedirects) as error:
        raise WeightError(f"{transfer.shown}: {type(error).__name__}") from None
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise _BrokeOff(type(error).__name__) from None


def _no_way(transfer: Transfer, error: httpx.TransportError) -> str:
    host = urlsplit(transfer.url).hostname
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return (
            f"no way to {host}: its certificate is not trusted. Where a proxy opens TLS, let"
            " SSL_CERT_FILE name the certificates of its authority"
        )
    return f"no way to {host} ({type(error).__name__})"


def _start(transfer: Transfer, answer: httpx.Response, have: int) -> int:
    """Return at which byte the answer begins; what is there beyond it is thrown away."""
    status = answer.status_code
    if status == httpx.codes.PARTIAL_CONTENT:
        given = re.match(r"bytes (\d+)-\d+/", answer.headers.get("content-range", ""))
        if given and int(given[1]) == have:
            return have
        raise WeightError(f"{transfer.shown}: the server sends another part than was asked for")
    if status != httpx.codes.OK:
        raise WeightError(f"{transfer.shown}: the server answers {status}")
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise WeightError(
            f"{transfer.shown}: a web page came instead of the file (the login of a proxy?)"
        )
    return 0


def _total(transfer: Transfer, answer: httpx.Response, start: int) -> int:
    """Return how long the file will be, 0 if the server does not say; refuse a wrong length."""
    length = answer.headers.get("content-length", "")
    total = start + int(length) if length.isdigit() else 0
    if total > transfer.limit:
        raise WeightError(f"{transfer.shown}: larger than {transfer.limit} bytes")
    if total and transfer.size and total != transfer.size:
        raise WeightError(
            f"{transfer.shown}: {total} bytes, and the manifest says {transfer.size}: another file"
        )
    return total


def _receive(
    transfer: Transfer, answer: httpx.Response, file: BinaryIO, span: tuple[int, int], told: Told
) -> None:
    done, total = span
    told(done, total)
    try:
        for chunk in answer.iter_bytes():
            done += len(chunk)
            if done > transfer.limit:
                raise WeightError(f"{transfer.shown}: larger than {transfer.limit} bytes")
            file.write(chunk)
            told(done, total)
    finally:
        file.flush()
    if total and done < total:
        raise _BrokeOff("the connection was closed")


def _gave_up(transfer: Transfer, file: BinaryIO, error: _BrokeOff) -> str:
    return (
        f"{transfer.shown}: broke off again and again ({error}); {_length(file)} bytes are kept,"
        " and the same command goes on from there"
    )


def _mark(answer: httpx.Response) -> str:
    tag: str = answer.headers.get("etag", "")
    if tag and not tag.startswith("W/"):
        return tag
    return str(answer.headers.get("last-modified", ""))


def _length(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _note_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _noted(part: Path, url: str) -> _Note:
    """Return what is known of an unfinished file; another address is another file."""
    try:
        note = _Note(**json.loads(_note_of(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _Note()
    return note if note.url == url else replace(note, mark="", total=0)
