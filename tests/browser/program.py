"""The product's programs on fake detectors: python -m tests.browser.program worker | api | relay.

Everything else is the product's own; weights are only said to be installed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import api.__main__
import events.__main__
import inference.__main__
from models.backends.options import RunOptions
from models.detector import Detector
from models.manifest import ModelManifest
from models.weights import WeightStore
from tests.chain.rig import load_fake


class Installed(WeightStore):
    """A weight store that has every model, because the fake needs no file."""

    def installed(self, manifest: ModelManifest) -> bool:
        return True

    def find(self, manifest: ModelManifest) -> tuple[Path, ...]:
        return ()


def _load(
    manifest: ModelManifest, files: Sequence[Path], options: RunOptions | None = None
) -> Detector:
    return load_fake(manifest, files)


def main() -> int:
    """Run one of the programs with the arguments that follow its name."""
    part, *arguments = sys.argv[1:]
    with ExitStack() as stack:
        for program in (api.__main__, inference.__main__):
            stack.enter_context(mock.patch.object(program, "WeightStore", Installed))
        stack.enter_context(mock.patch.object(inference.__main__, "load", _load))
        if part == "worker":
            return inference.__main__.main(arguments)
        if part == "relay":
            return events.__main__.main(["relay", *arguments])
        return api.__main__.main(["serve", *arguments])


if __name__ == "__main__":
    sys.exit(main())
