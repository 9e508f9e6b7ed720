"""Weight files over HTTP, bounded in size and only kept when the hash is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from models.manifest import ModelManifest
from models.weights import WeightError

LIMIT_BYTES = 2 << 30
TIMEOUT = httpx.Timeout(30.0, connect=10.0)


def addresses(manifest: ModelManifest, url: str) -> tuple[str, ...]:
    """Return where each file of a model is.

    `url` is the first file, and the others lie beside it under their manifest names; or it is
    their folder, with a slash at its end.

    Raises:
        WeightError: not an http or https URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WeightError(f"{_shown(url)}: not an http:// or https:// address")
    named = [urljoin(url, file.name) for file in manifest.files]
    return tuple(named if url.endswith("/") else [url, *named[1:]])


def download(url: str, target: Path, limit: int = LIMIT_BYTES) -> None:
    """Write what `url` answers to `target`.

    Raises:
        WeightError: no connection, an answer that is not 200, more than `limit` bytes, or the
            target cannot be written. The text holds neither user, password nor query.
    """
    try:
        with (
            httpx.stream("GET", url, follow_redirects=True, timeout=TIMEOUT) as answer,
            target.open("wb") as file,
        ):
            if answer.status_code != httpx.codes.OK:
                raise WeightError(f"{_shown(url)}: the server answers {answer.status_code}")
            _write(answer, file.write, limit, url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WeightError(
            f"{_shown(url)}: {type(error).__name__}; without a way there, bring the file yourself:"
            " python -m models import FILE"
        ) from None
    except OSError as error:
        raise WeightError(f"{target}: {error.strerror}") from error


def _write(answer: httpx.Response, write: Callable[[bytes], int], limit: int, url: str) -> None:
    written = 0
    for chunk in answer.iter_bytes():
        written += len(chunk)
        if written > limit:
            raise WeightError(f"{_shown(url)}: larger than {limit} bytes")
        write(chunk)


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
