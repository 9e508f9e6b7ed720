"""The import contracts of pyproject.toml really bite: each is broken once, in a small copy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house import sources

_PACKAGES = (
    *sources.PACKAGES,
    "tests",
    "events/brokers",
    "models/backends",
    "streams/libav",
    "inference/y",
    "scripts/bench_baselines",
    "scripts/bench_tool",
)
_PROGRAMS = ("api", "events", "inference", "inference/y", "models")

# Where a line is added, the line, and the contracts that must break by it.
_VIOLATIONS = {
    "a layer imports upwards": ("store/x.py", "import inference", {"layers"}),
    "siblings at the bottom": ("rules/x.py", "import streams", {"layers"}),
    "siblings at the top": ("api/x.py", "from inference import y", {"layers"}),
    "a lazy import": ("models/x.py", "def f():\n    import store", {"layers"}),
    "a seam imports downwards": ("events/x.py", "import rules", {"layers"}),
    "product imports a program": ("store/x.py", "import events.__main__", {"programs"}),
    "product imports a nested program": (
        "store/x.py",
        "import inference.y.__main__",
        {"programs", "layers"},
    ),
    "product imports scripts": ("inference/x.py", "import scripts", {"programs"}),
    "product imports tests": ("api/x.py", "import tests", {"tests"}),
    "settings below the root": ("inference/x.py", "from config import settings", {"settings"}),
    "settings import ours": ("config/x.py", "import streams", {"settings-below"}),
    "api enters a corner": ("api/x.py", "import models.backends", {"corners"}),
    "store enters a corner": ("store/x.py", "import streams.libav", {"corners"}),
    "a catalog enters a corner": ("models/x.py", "import models.backends", {"corners"}),
    "a runtime in the worker": ("inference/x.py", "import onnxruntime", {"runtimes"}),
    "a runtime in the manifests": ("models/x.py", "import openvino.runtime", {"runtimes"}),
    "torch in a program": ("models/__main__.py", "import torch", {"runtimes"}),
    "libav outside its corner": ("streams/x.py", "from av import open", {"libav"}),
    "api enters the brokers": ("api/x.py", "import events.brokers", {"brokers"}),
    "a relay enters the brokers": ("events/x.py", "import events.brokers", {"brokers"}),
    "a client outside its corner": ("events/x.py", "import redis", {"clients"}),
    "a program uses a baseline": (
        "scripts/x.py",
        "import scripts.bench_baselines",
        {"baselines"},
    ),
    "torch in a scene": ("scenes/x.py", "import torch", {"runtimes"}),
    "a scene that reads the house": ("scenes/x.py", "import rules", {"layers"}),
    "the service trains": ("inference/x.py", "import training", {"layers", "programs"}),
    "a clock in a rule": ("rules/x.py", "import time", {"pure"}),
    "a file in a rule": ("rules/x.py", "from pathlib import Path", {"pure"}),
}

_ALLOWED = {
    "inference/__main__.py": "import config\nimport store\nimport models.backends",
    "inference/y/__main__.py": "import config\nimport streams.libav\nimport inference.x",
    "inference/x.py": "import models.backends.y\nimport streams.libav\nimport store",
    "events/__main__.py": "import config\nimport store\nimport events.brokers",
    "events/brokers/y.py": "import confluent_kafka\nimport events",
    "models/backends/y.py": "import onnxruntime",
    "streams/libav/y.py": "import av\nimport streams",
    "training/x.py": "import torch\nimport scenes\nimport models",
    "inference/x2.py": "import scenes",
    "store/x.py": "import rules\nimport models\nimport streams\nimport events",
    "api/x.py": "import store\nimport rules",
    "scripts/x.py": "import api\nimport inference\nimport config\nimport av",
    "scripts/bench_baselines/y.py": "import onnxruntime\nimport torch",
    "scripts/bench_tool/y.py": "import scripts.bench_baselines",
    "tests/x.py": "import api.__main__\nimport inference\nimport av\nimport config",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house with empty rooms."""
    shutil.copy(sources.ROOT / "pyproject.toml", tmp_path)
    for package in _PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for package in _PROGRAMS:
        (tmp_path / package / "__main__.py").touch()
    return tmp_path


def _broken(house: Path) -> set[str]:
    contracts = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))
    names = {c["name"]: c["id"] for c in contracts["tool"]["importlinter"]["contracts"]}
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"],
        cwd=house,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "400"},
    )
    judged = {
        names[found[1]]: found[2] == "BROKEN"
        for line in run.stdout.splitlines()
        if (found := re.match(r"(.+?) ?(KEPT|BROKEN)\b", line))
    }
    assert set(judged) == set(names.values()), run.stdout + run.stderr
    assert bool(run.returncode) == any(judged.values())
    return {identifier for identifier, broken in judged.items() if broken}


def test_what_the_design_allows_is_allowed(house: Path) -> None:
    for place, code in _ALLOWED.items():
        (house / place).write_text(code + "\n", encoding="utf-8")
    assert _broken(house) == set()


@pytest.mark.parametrize("violation", _VIOLATIONS)
def test_a_violation_breaks_its_contract(house: Path, violation: str) -> None:
    place, code, contracts = _VIOLATIONS[violation]
    (house / place).write_text(code + "\n", encoding="utf-8")
    assert _broken(house) == contracts


def test_every_contract_is_broken_once() -> None:
    contracts = tomllib.loads((sources.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {c["id"] for c in contracts["tool"]["importlinter"]["contracts"]}
    assert {name for _, _, broken in _VIOLATIONS.values() for name in broken} == wanted
