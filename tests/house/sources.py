"""The repository's own files, as the house tests read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "api",
    "config",
    "events",
    "inference",
    "models",
    "rules",
    "scenes",
    "scripts",
    "store",
    "streams",
    "training",
)


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or may become part of a commit, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return tuple(sorted(Path(name) for name in listed if name and (ROOT / name).is_file()))


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file, also programs without a suffix."""
    return tuple(path for path in files() if path.suffix == ".py" or _is_python_program(path))


def product_files() -> tuple[Path, ...]:
    """Every Python file of the packages; no tests."""
    return tuple(path for path in python_files() if path.parts[0] in PACKAGES)


def _is_python_program(path: Path) -> bool:
    if path.suffix or path.parts[0] != "scripts":
        return False
    with (ROOT / path).open("rb") as file:
        first = file.readline()
    return first.startswith(b"#!") and b"python" in first


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file given relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
