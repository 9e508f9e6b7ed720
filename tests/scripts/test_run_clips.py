"""scripts/run as people start it: cameras go live, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.scripts.demo import ROOT, make_clip, processes_of


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_cameras_go_live_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    clips, data = tmp_path / "clips", tmp_path / "data"
    clips.mkdir()
    make_clip(clips / "street.mp4")
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
    assert len(processes_of(data)) == 3, "run, worker and relay"
    threading.Event().wait(0.5)
    run.send_signal(signal.SIGINT)
    rest, _ = run.communicate(timeout=40)
    assert run.returncode == 0, "".join(lines) + rest
    assert processes_of(data) == []
    assert any("broken.mp4 is left out" in line for line in lines)
    assert "Traceback" not in "".join(lines) + rest


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv (util-linux)")
def test_who_is_killed_leaves_nothing_running(tmp_path: Path) -> None:
    clips, data = tmp_path / "clips", tmp_path / "data"
    clips.mkdir()
    make_clip(clips / "street.mp4")
    run = subprocess.Popen(  # noqa: TID251
        [sys.executable, "-m", "scripts.run_clips", "--clips", str(clips)],
        cwd=ROOT,
        env={"SHARP_DATA_DIR": str(data), "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.stdout is not None
    for line in run.stdout:
        if "cam-street: live" in line:
            break
    assert len(processes_of(data)) == 3
    run.kill()
    run.stdout.close()
    run.wait()
    for _ in range(300):
        if not processes_of(data):
            return
        threading.Event().wait(0.1)
    pytest.fail(f"still running: {processes_of(data)}")


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
