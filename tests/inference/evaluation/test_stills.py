"""The figures of stills: ROC curves, and nothing learned from the camera that is tried."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.evaluation.stills import auc, measure
from inference.evaluation.stills.__main__ import main


def _folder(folder: Path, wet: tuple[str, ...], dry: tuple[str, ...]) -> Path:
    rng = np.random.default_rng(4)
    lines = ["file,label,camera"]
    for number, (label, camera) in enumerate(
        [("flooded", c) for c in wet] + [("dry", c) for c in dry]
    ):
        picture = np.full((240, 320, 3), 90, np.uint8)
        if label == "flooded":
            picture[100:] = 60 + 160 * (rng.random((140, 320, 1)) > 0.85)
        else:
            for x in range(20, 320, 40):
                cv2.line(picture, (x, 100), (x + 15, 239), (200, 200, 200), 3)
        cv2.imwrite(str(folder / f"{number}.png"), picture)
        lines.append(f"{number}.png,{label},{camera}")
    (folder / "index.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_area_under_the_curve() -> None:
    flooded = np.array([True, True, False, False])
    assert auc(np.array([0.9, 0.8, 0.2, 0.1]), flooded) == 1.0
    assert auc(np.array([0.1, 0.2, 0.8, 0.9]), flooded) == 0.0
    assert auc(np.array([0.5, 0.5, 0.5, 0.5]), flooded) == 0.5
    assert auc(np.array([0.9, 0.3, 0.5, 0.1]), flooded) == 0.75


def test_glitter_is_told_from_lanes_on_cameras_never_seen(tmp_path: Path) -> None:
    found = measure(_folder(tmp_path, ("a", "b", "b", "c"), ("a", "c", "d")))
    assert (found.flooded, found.dry, found.cameras) == (4, 3, 4)
    assert found.shown == found.shown_by_camera == found.learned == 1.0


@pytest.mark.parametrize("wrong", ["", "file,label\nx.png,dry", "file,label,camera\nx.png,dry,a"])
def test_a_folder_without_what_is_needed_is_refused(
    tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if wrong:
        (tmp_path / "index.csv").write_text(wrong, encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("refused: ")
