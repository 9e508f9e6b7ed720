"""scripts/run as people start it: cameras go live, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from streams.libav.encoding import H264Writer
from streams.picture import Picture
from tests.chain.street import film, parks

ROOT = Path(__file__).parents[2]


def _processes_of(folder: Path) -> list[str]:
    """Return the command lines of processes that were told to keep their data in `folder`."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"SHARP_DATA_DIR={folder}\0".encode() in environment.read_bytes():
                found.append((environment.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_cameras_go_live_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    clips, data = tmp_path / "clips", tmp_path / "data"
    clips.mkdir()
    with H264Writer(clips / "street.mp4", 5.0, gop_s=1.0) as writer:
        for step in film(6, parks(arrives=2)):
            if isinstance(step, Picture):
                writer.write(step.pixels, step.stream_time)
    (clips / "broken.mp4").write_text("no video")
    run = subprocess.Popen(  # noqa: TID251
        [sys.executable, "-m", "scripts.run_clips", "--clips", str(clips)],
        cwd=ROOT,
        env={"SHARP_DATA_DIR": str(data), "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert run.stdout is not None
    for line in run.stdout:
        lines.append(line)
        if "cam-street: live" in line:
            break
    assert len(_processes_of(data)) == 3, "run, worker and relay"
    threading.Event().wait(0.5)
    run.send_signal(signal.SIGINT)
    rest, _ = run.communicate(timeout=40)
    assert run.returncode == 0, "".join(lines) + rest
    assert _processes_of(data) == []
    assert any("broken.mp4 is left out" in line for line in lines)
    assert "Traceback" not in "".join(lines) + rest


def test_a_folder_without_videos_is_said_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.run_clips", "--clips", str(tmp_path)],
        cwd=ROOT,
        env={"SHARP_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no video files" in done.stderr
