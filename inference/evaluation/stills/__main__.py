"""`python -m inference.evaluation.stills FOLDER`: how well one picture alone tells a flood."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.evaluation.stills import StillsError, measure
from rules.primitives.still_water import LIKELY


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 2 when the folder is refused."""
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.stills")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    try:
        found = measure(parser.parse_args(arguments).folder)
    except StillsError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    print(f"{found.flooded} flooded and {found.dry} dry stills of {found.cameras} cameras; AUC:")
    print(f"  guess that the console shows        {found.shown:.3f}")
    print(f"    each camera once per label        {found.shown_by_camera:.3f}")
    print(f"    without the camera with the most  {found.shown_without_most:.3f}")
    print(f"    at its limit {LIKELY}: precision {found.precision:.2f}, recall {found.recall:.2f}")
    print(f"  learned, whole cameras left out     {found.learned:.3f}")
    print(f"  contrast of lamps alone             {found.contrast:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
