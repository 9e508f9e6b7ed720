"""A remote algorithm fills the same seam, and its failures are typed."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import cv2
import numpy as np
import pytest

from models.detector import Detector, DetectorError, Pixels
from models.remote import LARGEST_ANSWER, RemoteDetector
from tests.models.server import Served, serving

PICTURE: Pixels = np.full((120, 200, 3), (10, 100, 200), np.uint8)
TABLE: dict[str, Any] = {
    "boxes": [[0.1, 0.1, 0.2, 0.3], [0.5, 0.5, 1.2, 0.9]],
    "scores": [0.4, 0.8],
    "labels": ["person", "car"],
}


def detector(url: str, **more: Any) -> RemoteDetector:
    return RemoteDetector("far", "a" * 64, url, **more)


def answering(answer: object) -> Served:
    return Served(answer=answer if isinstance(answer, bytes) else json.dumps(answer).encode())


def test_a_picture_goes_out_as_jpeg_and_a_table_comes_back() -> None:
    with serving(answering(TABLE)) as served:
        remote: Detector = detector(served.url + "/detect", headers={"authorization": "Bearer t"})
        found = remote.detect([PICTURE])[0]
        remote.close()
    assert found.labels == ("car", "person")
    np.testing.assert_allclose(found.scores, (0.8, 0.4))
    np.testing.assert_allclose(found.boxes[0], (0.5, 0.5, 1.0, 0.9), rtol=1e-6)
    assert found.keypoints.shape == (2, 0, 3)
    path, headers, body = served.asked[0]
    assert path == "/detect"
    assert headers["content-type"] == "image/jpeg"
    assert headers["authorization"] == "Bearer t"
    seen = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    assert seen.shape == PICTURE.shape
    assert np.abs(seen.astype(int) - PICTURE).max() < 12


def test_keypoints_follow_their_rows() -> None:
    points = [[[0.1, 0.2, 1.0], [0.3, 0.4, 0.5]], [[0.6, 0.7, 0.0], [0.8, 0.9, 1.0]]]
    with serving(answering({**TABLE, "keypoints": points})) as served:
        remote = detector(served.url)
        found = remote.detect([PICTURE])[0]
        remote.close()
    np.testing.assert_allclose(found.keypoints, points[::-1], rtol=1e-6)


def test_an_empty_table() -> None:
    with serving(answering({"boxes": [], "scores": [], "labels": []})) as served:
        remote = detector(served.url)
        found = remote.detect([PICTURE])[0]
        remote.close()
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>", "not a table"),
        ({**TABLE, "labels": ["person"]}, "differ in length"),
        ({**TABLE, "scores": [0.4, 1.4]}, "between 0 and 1"),
        ({**TABLE, "boxes": [[0.1, 0.1, 0.2, 0.3], [0.5, 0.5, 0.4, 0.9]]}, "no area"),
        ({**TABLE, "boxes": [[0.1, 0.1, 0.2], [0.5, 0.5, 0.4]]}, "not a table"),
        ({**TABLE, "keypoints": [[[0.1, 0.1, 1]], []]}, "number of keypoints"),
        ({**TABLE, "keypoints": [[[0.1, 0.1, 1]]]}, "keypoints and labels"),
        ({**TABLE, "masks": []}, "masks"),
        ({"boxes": []}, "scores"),
        (b" " * (LARGEST_ANSWER + 1), "more than"),
    ],
)
def test_a_wrong_answer_fails_the_batch(answer: object, reason: str) -> None:
    with serving(answering(answer)) as served:
        remote = detector(served.url)
        with pytest.raises(DetectorError, match=reason):
            remote.detect([PICTURE])
        remote.close()


def test_a_refusal_fails_the_batch_and_the_next_one_goes_on() -> None:
    with serving(answering(TABLE)) as served:
        remote = detector(served.url)
        served.status = 503
        with pytest.raises(DetectorError, match="far: the server answers 503"):
            remote.detect([PICTURE])
        served.status = 200
        assert len(remote.detect([PICTURE])[0]) == 2
        remote.close()


def test_silence_ends_in_a_timeout() -> None:
    with serving(Served(silent=threading.Event())) as served:
        remote = detector(served.url, timeout=0.2)
        with pytest.raises(DetectorError, match="far: ReadTimeout"):
            remote.detect([PICTURE])
        remote.close()


def test_nobody_there_and_no_password_in_the_text() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        remote = detector(f"http://me:secret@127.0.0.1:{taken.getsockname()[1]}/")
        with pytest.raises(DetectorError, match="far: ConnectError") as caught:
            remote.detect([PICTURE])
    assert "secret" not in repr(caught.value)
    remote.close()


def test_what_cannot_be_sent_is_refused() -> None:
    remote = detector("http://127.0.0.1:9/")
    with pytest.raises(DetectorError, match="cannot be sent"):
        remote.detect([np.zeros((0, 0, 3), np.uint8)])
    with pytest.raises(ValueError, match="takes 1"):
        remote.detect([PICTURE] * 2)
    remote.close()
    with pytest.raises(DetectorError, match="closed"):
        remote.detect([PICTURE])


@pytest.mark.parametrize("url", ["file:///x", "rtsp://x/y", "x"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an http"):
        detector(url)
