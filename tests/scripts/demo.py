"""What tests of scripts/demo need: a catalog with a tiny model, clips, and a running demo."""

from __future__ import annotations

import hashlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.catalog import SHIPPED
from streams.libav.encoding import H264Writer
from streams.picture import Picture
from tests.chain.street import film, parks
from tests.models.onnx_file import reddish

ROOT = Path(__file__).parents[2]

_MODEL = """
id = "tiny"
version = "1"
licence = "Apache-2.0"
format = "onnx"
head = "yolov8"
classes = ["car", "person"]
files = [{{ name = "tiny.onnx", sha256 = "{sha256}" }}]
input = {{ width = 64, height = 64 }}
"""


def make_catalog(folder: Path) -> Path:
    """Write a model that can be loaded, and an algorithm on it called `parking_tiny`."""
    weights = reddish("batch")
    (folder / "weights").mkdir(parents=True)
    (folder / "weights" / "tiny.onnx").write_bytes(weights)
    for kind in ("models", "algorithms"):
        (folder / kind).mkdir()
    manifest = _MODEL.format(sha256=hashlib.sha256(weights).hexdigest())
    (folder / "models" / "tiny.toml").write_text(manifest)
    parking = (SHIPPED / "algorithms" / "illegal_parking.toml").read_text(encoding="utf-8")
    parking = parking.replace('id = "illegal_parking"', 'id = "parking_tiny"')
    parking = re.sub(r"objects = \[.*\]", 'objects = ["tiny"]', parking)
    (folder / "algorithms" / "parking_tiny.toml").write_text(parking, encoding="utf-8")
    return folder


def make_clip(path: Path) -> None:
    """Write six seconds of a painted street."""
    with H264Writer(path, 5.0, gop_s=1.0) as writer:
        for step in film(6, parks(arrives=2)):
            if isinstance(step, Picture):
                writer.write(step.pixels, step.stream_time)


@dataclass
class Demo:
    """A demo that runs, and what it has said so far."""

    process: subprocess.Popen[str]  # noqa: TID251
    said: list[str] = field(default_factory=list)

    def until(self, text: str) -> str:
        """Read on to a line that holds `text` and return it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if text in line:
                return line
        raise AssertionError("".join(self.said) + f"(ended, never said {text!r})")

    @property
    def password(self) -> str:
        """The password that was printed."""
        line = next(line for line in self.said if "Password" in line)
        return line.split()[-1]

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=40)
        self.said.append(rest)
        return self.process.returncode


def command(*arguments: str) -> list[str]:
    """Return how the Python part of scripts/demo is started."""
    return [sys.executable, "-m", "scripts.run_demo", *arguments]


def environment(data: Path, catalog: Path | None = None) -> dict[str, str]:
    """Return an environment with nothing in it but what the demo is to know."""
    known = {"SHARP_DATA_DIR": str(data), "SHARP_TEST_DATA": str(data / "no-data")}
    known |= {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}
    return known | ({} if catalog is None else {"SHARP_CATALOG_DIRS": str(catalog)})


@contextmanager
def running(data: Path, catalog: Path, *arguments: str) -> Iterator[Demo]:
    """Start a demo; it is killed at the end when the test has not ended it."""
    process = subprocess.Popen(  # noqa: TID251
        command("--weights", str(catalog / "weights"), *arguments),
        cwd=ROOT,
        env=environment(data, catalog),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    demo = Demo(process)
    try:
        yield demo
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def processes_of(folder: Path) -> list[str]:
    """Return the command lines of processes that were told to keep their data in `folder`."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"SHARP_DATA_DIR={folder}\0".encode() in environ.read_bytes():
                found.append((environ.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
