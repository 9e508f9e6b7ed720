"""Bringing a model from its maker's address into the weight store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from shutil import rmtree

from models import pins
from models.download import LIMIT_BYTES, Offline, Transfer, addresses, download
from models.manifest import ModelManifest, WeightFile
from models.weights import WeightError, WeightStore, refuse_code, sha256_of

UNFINISHED = ".parts"
"""The folder of the store where downloads grow; a pull that broke off goes on from there."""

Progress = Callable[[str, int, int], None]
"""Hears the file, the bytes that are there, and how many it will be (0: not known)."""


class Outcome(IntEnum):
    """How a pull ended; the program's exit code is the largest of all its models'."""

    DONE = 0
    FAILED = 1
    HASH_WANTED = 3
    OFFLINE = 4


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one model, with words for the operator."""

    model: str
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted besides the models: `mirror` instead of the makers' addresses, '' for none.

    `accepted` are sha256 that the operator vouches for, for files whose makers publish none.
    """

    mirror: str = ""
    accepted: frozenset[str] = frozenset()
    limit: int = LIMIT_BYTES
    progress: Progress = lambda _file, _done, _total: None
    transfer: Transfer = field(default_factory=lambda: Transfer(""))
    """Timeouts and patience of each transfer."""


def available(manifests: Mapping[str, ModelManifest]) -> dict[str, ModelManifest]:
    """Return the models that have an address for each of their files."""
    return {id: one for id, one in manifests.items() if all(file.url for file in one.files)}


def pull(store: WeightStore, manifest: ModelManifest, order: Order) -> Pulled:
    """Fetch a model's files, check them by hash and take them into the store. Never raises.

    What is installed already is not fetched again.
    """
    try:
        if store.installed(manifest):
            return Pulled(manifest.id, Outcome.DONE, f"{_called(manifest)}: is installed already")
        return _pull(store, store.pinned(manifest), order)
    except Offline as error:
        return Pulled(manifest.id, Outcome.OFFLINE, _by_hand(manifest, error))
    except (WeightError, pins.PinError) as error:
        return Pulled(manifest.id, Outcome.FAILED, f"{manifest.id}: {_untitled(manifest, error)}")


def _pull(store: WeightStore, manifest: ModelManifest, order: Order) -> Pulled:
    place = store.folder / UNFINISHED / f"{manifest.id}-{manifest.version}"
    urls = addresses(manifest, order.mirror)
    found: dict[str, str] = {}
    for file, url in zip(manifest.files, urls, strict=True):
        found[file.name] = _file(place, file, url, order)
    unpinned = {f.name: found[f.name] for f in manifest.files if not f.sha256}
    if not set(unpinned.values()) <= order.accepted:
        return Pulled(manifest.id, Outcome.HASH_WANTED, _ask(manifest, urls, unpinned))
    if unpinned:
        pins.accept(store.folder, manifest, unpinned)
    store.add([place / file.name for file in manifest.files], manifest)
    rmtree(place, ignore_errors=True)
    said = f"{_called(manifest)}: installed in {store.folder}, licence {manifest.licence}"
    return Pulled(manifest.id, Outcome.DONE, said)


def _file(place: Path, file: WeightFile, url: str, order: Order) -> str:
    """Fetch one file and return its hash; a wrong one is thrown away.

    Raises:
        WeightError: it cannot be fetched, or is not what the manifest names.
    """
    target = place / file.name
    if not target.is_file():
        transfer = replace(order.transfer, url=url, size=file.size, limit=order.limit)
        download(transfer, target, lambda done, total: order.progress(file.name, done, total))
    sha256 = sha256_of(target)
    try:
        if file.sha256 and sha256 != file.sha256:
            raise WeightError(
                f"what came is not the {file.name} of the manifest: expected sha256 {file.sha256},"
                f" found {sha256}; it was thrown away"
            )
        refuse_code(target)
    except WeightError:
        target.unlink()
        raise
    return sha256


def _called(manifest: ModelManifest) -> str:
    return f"{manifest.id} {manifest.version}"


def _untitled(manifest: ModelManifest, error: Exception) -> str:
    return str(error).removeprefix(f"{manifest.id}: ")


def _ask(manifest: ModelManifest, urls: tuple[str, ...], unpinned: Mapping[str, str]) -> str:
    shown = {f.name: Transfer(url).shown for f, url in zip(manifest.files, urls, strict=True)}
    rows = "\n".join(f"  {sha256}  {name}  from {shown[name]}" for name, sha256 in unpinned.items())
    accept = " ".join(f"--accept-hash {sha256}" for sha256 in unpinned.values())
    return (
        f"{manifest.id}: fetched, and not taken in yet: no published hash is known of\n{rows}\n"
        "Compare this with what the maker or somebody you trust says. If you accept it, from then\n"
        "on only this very file is taken (trust on first use: it cannot tell whether the first\n"
        f"one was right):\n  python -m models pull {manifest.id} {accept}"
    )


def _by_hand(manifest: ModelManifest, error: Exception) -> str:
    rows = []
    for file in manifest.files:
        size = f", {file.size / 1e6:.1f} MB" if file.size else ""
        rows.append(f"  {file.name}{size}  {Transfer(file.url).shown if file.url else ''}".rstrip())
        rows.append(f"    sha256 {file.sha256 or 'not published'}")
    names = " ".join(file.name for file in manifest.files)
    if not all(file.sha256 for file in manifest.files):
        names += " --manifest FILE.toml   # the manifest, with the sha256 written in"
    return (
        f"{manifest.id}: {error}. Bring from a machine that has internet\n"
        + "\n".join(rows)
        + f"\nand take it in:\n  python -m models import {names}"
    )
