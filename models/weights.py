"""Weight files in a folder, found by hash; nothing that has to be unpickled is let in."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from models import pins
from models.manifest import ModelManifest, WeightFile

CHUNK = 1 << 20

SUFFIXES = {
    "onnx": frozenset({".onnx", ".onnx_data", ".data"}),
    "openvino": frozenset({".xml", ".bin"}),
    "torch": frozenset({".safetensors"}),
}
"""Which files a model of a format may consist of."""

EMBEDDED = Path(__file__).with_name("embedded")
"""The weights that come with the program, `<id of the model>/<name>`; read only."""

_PICKLES = frozenset({".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib"})
_ACCEPTED = "accepted are ONNX (.onnx), OpenVINO IR (.xml with .bin) and .safetensors"


class WeightError(Exception):
    """A weight file is missing, is another one than the manifest names, or is refused."""


def sha256_of(path: Path) -> str:
    """Return the hash of a file, hex.

    Raises:
        WeightError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise WeightError(f"{path}: {error.strerror}") from error


def refuse_code(path: Path) -> None:
    """Let a file pass only when reading it cannot run code.

    Raises:
        WeightError: a pickle, or a kind of file that no backend here reads.
    """
    suffix = path.suffix.lower()
    if suffix in _PICKLES or _looks_pickled(path):
        raise WeightError(
            f"{path.name}: a pickle (.pt, .pth, .pkl and the like) runs the code that it carries"
            f" when it is read, so it is not taken in; export the model first"
            f" (python -m models export {path.name} says how): {_ACCEPTED}"
        )
    if not any(suffix in suffixes for suffixes in SUFFIXES.values()):
        raise WeightError(f"{path.name}: not a weight file that is read here; {_ACCEPTED}")


def _looks_pickled(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise WeightError(f"{path}: {error.strerror}") from error
    # torch wraps its pickle in a zip archive; before, it began with a pickled magic number.
    if head in {b"PK\x03\x04", b"\x80\x02\x8a\x0a"}:
        return True
    # Bare weights may begin with any two bytes, other files not with a pickle's protocol.
    return (
        path.suffix.lower() != ".bin" and head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05"
    )


class WeightStore:
    """A folder `<sha256 of the model's first file>/<name>`: all files of a model side by side.

    Models that come with the program need no import: they are found where they lie.
    """

    def __init__(self, folder: Path, embedded: Path = EMBEDDED) -> None:
        self._folder = folder
        self._embedded = embedded
        self._verified: set[tuple[Path, str]] = set()

    @property
    def folder(self) -> Path:
        """Where the files are; it need not exist before the first `add`."""
        return self._folder

    def pinned(self, manifest: ModelManifest) -> ModelManifest:
        """Return the manifest with the hashes that the operator accepted for it here.

        Raises:
            WeightError: the file of accepted hashes is damaged.
        """
        try:
            return pins.pinned(self._folder, manifest)
        except pins.PinError as error:
            raise WeightError(str(error)) from error

    def installed(self, manifest: ModelManifest) -> bool:
        """Tell whether every file is there, without reading it."""
        manifest = self.pinned(manifest)
        return _complete(manifest) and all(path.is_file() for path in self._found(manifest))

    def find(self, manifest: ModelManifest) -> tuple[Path, ...]:
        """Return the files of a model in the manifest's order.

        Each file's hash is checked when this store first hands it out.

        Raises:
            WeightError: a file is missing or is another one than the manifest names.
        """
        manifest = self.pinned(manifest)
        if not _complete(manifest):
            raise WeightError(
                f"{manifest.id}: is not installed, and no hash of it is accepted yet;"
                f" python -m models pull {manifest.id}"
            )
        paths = self._found(manifest)
        for path, file in zip(paths, manifest.files, strict=True):
            if not path.is_file():
                raise WeightError(
                    f"{manifest.id}: {file.name} is not installed"
                    f" (sha256 {file.sha256}); python -m models import FILE"
                )
            if (path, file.sha256) not in self._verified:
                _expect(manifest, file, path, sha256_of(path))
                self._verified.add((path, file.sha256))
        return paths

    def add(self, paths: Iterable[Path], manifest: ModelManifest) -> tuple[Path, ...]:
        """Copy a model's files in, told apart by their hash whatever they are called.

        Each file is complete and on disk before it gets its name, and the one to load comes last,
        so a model that was interrupted half-way is missing rather than broken.

        Raises:
            WeightError: a file of the manifest is not among `paths`, is refused, or the folder
                cannot be written.
        """
        _refuse_format(manifest)
        manifest = self.pinned(manifest)
        given = {sha256_of(path): path for path in paths}
        for file in manifest.files:
            if not file.sha256:
                raise WeightError(
                    f"{manifest.id}: the manifest gives no sha256 of {file.name}, and none is"
                    f" accepted yet; python -m models pull {manifest.id}, or write it in"
                )
            if file.sha256 not in given:
                raise WeightError(_not_given(manifest, file, given))
        targets = self._paths(manifest)
        try:
            targets[0].parent.mkdir(parents=True, exist_ok=True)
            pairs = list(zip(targets, manifest.files, strict=True))
            for target, file in reversed(pairs):
                if not target.is_file() or sha256_of(target) != file.sha256:
                    _copy(given[file.sha256], target, manifest, file)
                self._verified.add((target, file.sha256))
        except OSError as error:
            raise WeightError(f"{self._folder}: {error.strerror}") from error
        return targets

    def _found(self, manifest: ModelManifest) -> tuple[Path, ...]:
        """Return where the files are or belong; what was imported goes before what is embedded."""
        imported = self._paths(manifest)
        place = self._embedded / manifest.id
        if place.is_dir() and not all(path.is_file() for path in imported):
            return tuple(place / file.name for file in manifest.files)
        return imported

    def _paths(self, manifest: ModelManifest) -> tuple[Path, ...]:
        place = self._folder / manifest.files[0].sha256
        return tuple(place / file.name for file in manifest.files)


def _complete(manifest: ModelManifest) -> bool:
    return all(file.sha256 for file in manifest.files)


def _refuse_format(manifest: ModelManifest) -> None:
    allowed = SUFFIXES.get(manifest.format)
    if allowed is None:
        raise WeightError(
            f"{manifest.id}: files of format {manifest.format!r} are not taken in: ultralytics'"
            " files are pickles, which run the code they carry, a TensorRT engine belongs to the"
            f" one device it was built on, and a remote model has none; {_ACCEPTED}"
        )
    for file in manifest.files:
        if Path(file.name).suffix.lower() not in allowed:
            raise WeightError(
                f"{manifest.id}: {file.name} does not belong to format {manifest.format!r}"
                f" ({', '.join(sorted(allowed))})"
            )


def _not_given(manifest: ModelManifest, file: WeightFile, given: dict[str, Path]) -> str:
    same_name = [(sha, path) for sha, path in given.items() if path.name == file.name]
    if same_name:
        return _mismatch(manifest, file, same_name[0][1], same_name[0][0])
    return f"{manifest.id}: {file.name} (sha256 {file.sha256}) is not among the files given"


def _expect(manifest: ModelManifest, file: WeightFile, path: Path, found: str) -> None:
    if found != file.sha256:
        raise WeightError(_mismatch(manifest, file, path, found))


def _mismatch(manifest: ModelManifest, file: WeightFile, path: Path, found: str) -> str:
    return (
        f"{manifest.id}: {path} is not the {file.name} of the manifest:"
        f" expected sha256 {file.sha256}, found {found}"
    )


def _copy(source: Path, target: Path, manifest: ModelManifest, file: WeightFile) -> None:
    """Copy through a temporary file; what was read is hashed again, the source may have changed."""
    descriptor, name = tempfile.mkstemp(prefix=".adding-", dir=target.parent)
    temporary = Path(name)
    try:
        digest = hashlib.sha256()
        with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
            while chunk := reader.read(CHUNK):
                digest.update(chunk)
                writer.write(chunk)
            writer.flush()
            os.fsync(writer.fileno())
        _expect(manifest, file, source, digest.hexdigest())
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
