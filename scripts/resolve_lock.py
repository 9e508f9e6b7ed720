"""Gives a copy of npm's lock file the addresses that the committed one leaves out.

The lock file in the repository names no registry, so npm would first fetch the description of
every package, some of them megabytes, to learn where its archive lies. Registries keep archives at
the same path below their address; the lock file's hashes say whether the right thing came.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def resolved(lock: dict[str, Any], registry: str) -> dict[str, Any]:
    """Return the lock with `resolved` in every package that comes from a registry."""
    packages = {
        path: {**package, "resolved": _archive(path, package, registry.rstrip("/"))}
        if "version" in package and "integrity" in package
        else package
        for path, package in lock["packages"].items()
    }
    return {**lock, "packages": packages}


def _archive(path: str, package: dict[str, Any], registry: str) -> str:
    name = package.get("name") or path.rpartition("node_modules/")[2]
    return f"{registry}/{name}/-/{name.rpartition('/')[2]}-{package['version']}.tgz"


if __name__ == "__main__":
    lock_file, address = Path(sys.argv[1]), sys.argv[2]
    made = resolved(json.loads(lock_file.read_text(encoding="utf-8")), address)
    lock_file.write_text(json.dumps(made, indent=2), encoding="utf-8")
