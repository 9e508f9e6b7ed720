"""What is committed: no path of one machine, no package address, and a README that is true."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from config.settings import PREFIX, Settings
from tests.house import sources

_HOMES = re.compile(r"/home/\w+/|/Users/\w+/|/root/")
_REGISTRIES = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host|https?://\S+/simple")
_REGISTRY_HOSTS = re.compile(
    r"registry\.(npmjs|npmmirror|yarnpkg)\.|files\.pythonhosted\.|//pypi\."
)

PROGRAMS = [
    "scripts/setup",
    "scripts/web",
    "scripts/demo",
    "scripts/check",
    "scripts/test",
    ".ci/run",
]


def _texts() -> dict[Path, str]:
    texts = {}
    for path in sources.files():
        try:
            texts[path] = (sources.ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or another binary
    return texts


def _readme() -> str:
    return (sources.ROOT / "README.md").read_text(encoding="utf-8")


def test_no_path_of_one_machine_is_committed() -> None:
    root = str(sources.ROOT)
    personal = [
        str(path)
        for path, text in _texts().items()
        if path != Path("tests/house/test_repository.py")
        and (_HOMES.search(text) or (root.count("/") > 1 and root in text))
    ]
    assert personal == []


def test_no_address_of_a_package_registry_is_committed() -> None:
    build = re.compile(r"^(requirements/|scripts/|\.ci/|Dockerfile|compose|pyproject)")
    found = [
        str(path)
        for path, text in _texts().items()
        if build.match(str(path)) and _REGISTRIES.search(text)
    ]
    assert found == []


def test_no_committed_file_names_a_registry() -> None:
    found = [str(path) for path, text in _texts().items() if _REGISTRY_HOSTS.search(text)]
    assert found == []


def test_the_console_s_lock_says_what_but_not_from_where() -> None:
    lock = (sources.ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock  # neither where archives lie nor who takes donations
    packages = json.loads(lock)["packages"]
    assert len(packages) > 50
    assert [name for name, package in packages.items() if "resolved" in package] == []
    without = [n for n, p in packages.items() if n and not p.get("link") and "integrity" not in p]
    assert without == []


def test_requirements_hold_no_address() -> None:
    for path, text in _texts().items():
        if path.parts[0] == "requirements":
            assert "/" not in text, path


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_house_programs_can_be_run(program: str) -> None:
    assert os.access(sources.ROOT / program, os.X_OK)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_house_programs_are_sound_shell(program: str) -> None:
    subprocess.run(["bash", "-n", program], cwd=sources.ROOT, check=True)
    assert "set -euo pipefail" in (sources.ROOT / program).read_text(encoding="utf-8")


def test_every_program_the_readme_names_exists() -> None:
    programs = set(re.findall(r"\bscripts/[a-z_]+\b", _readme()))
    assert programs
    assert [p for p in sorted(programs) if not os.access(sources.ROOT / p, os.X_OK)] == []


def test_every_module_the_readme_runs_exists() -> None:
    modules = set(re.findall(r"python -m ([a-z_.]+)", _readme())) - {"pip", "venv"}
    assert modules
    places = {module: sources.ROOT / module.replace(".", "/") for module in modules}
    assert [
        module
        for module, place in sorted(places.items())
        if not (place.with_suffix(".py").is_file() or (place / "__main__.py").is_file())
    ] == []


def test_every_setting_the_readme_names_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"\bSHARP_[A-Z_]+", _readme()))
    assert named <= known


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (sources.ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability" in text
