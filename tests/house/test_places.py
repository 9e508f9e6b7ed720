"""Threads, processes, clocks and broad excepts have few places, and each is named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import sources

THREADS_AND_PROCESSES: dict[str, str] = {
    "events/relays.py": "one relay per destination, so that a slow one holds up nobody",
    "inference/evaluation/crew.py": "generated scenes are judged on every core",
    "inference/parts.py": "the root of every part of the worker",
    "streams/server/player.py": "a transcoding beside the server's loop",
    "streams/server/server.py": "the camera server's own loop",
    "scripts/bench_baselines/opencv_threads.py": "a thread a camera, as others do it",
    "scripts/bench_baselines/raw_pipes.py": "a process a camera, as others do it",
    "scripts/bench_tool/child.py": "runs the systems that are measured as processes of their own",
    "scripts/soak.py": "runs scripts/run and watches its memory",
    "scripts/processes.py": "keeps worker, relay and API running as processes of their own",
}
BROAD_EXCEPTS: dict[str, str] = {
    "events/relays.py": "the root of one destination's relay: logged, and started again",
    "inference/parts.py": "the root of a part: logs, marks it failed, ends it",
    "inference/task.py": "the root of a task: it goes blind, visibly",
    "streams/server/server.py": "the root of one client of the camera server",
    "streams/supervisor.py": "the root of one attempt: it fails this camera only",
    "streams/tap/lookup.py": "the root of one question: it fails this camera's attempt only",
    "streams/tap/tap.py": "the root of one camera's turn: it fails this camera's attempt only",
}
SLEEPS: dict[str, str] = {}
NEVER_BUT: dict[str, list[str]] = {
    # What it does is what scripts/bench shows; nothing imports it.
    "scripts/bench_baselines/opencv_threads.py": ["cv2.VideoCapture"],
}
ENVIRONMENT = {"config/settings.py": "the only reader of the environment"}

_THREADS = (
    "threading.Thread",
    "threading.Timer",
    "_thread.start_new_thread",
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.ProcessPoolExecutor",
    "multiprocessing.Process",
    "multiprocessing.Pool",
    "asyncio.to_thread",
    "subprocess.Popen",
    "os.fork",
)
_ENVIRONMENT = ("os.environ", "os.environb", "os.getenv", "os.putenv")
_BUILTINS = ("eval", "exec")
_NEVER = (
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "joblib",
    "torch.load",
    "cv2.VideoCapture",
    "requests",
    *_BUILTINS,
)
_SLEEP = ("time.sleep",)
_CLOCKS = ("time", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today")


def _imported(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _uses(tree: ast.Module) -> Iterator[str]:
    """Every dotted name that is imported or read, with what it was imported as made plain."""
    names = _imported(tree)
    yield from names.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            head, *rest = ast.unparse(node).split(".")
            if head in names or head in _BUILTINS:
                yield ".".join([names.get(head, head), *rest])


def _users(tree: ast.Module, banned: tuple[str, ...]) -> list[str]:
    return sorted(
        {
            name
            for name in _uses(tree)
            if any(name == ban or name.startswith(f"{ban}.") for ban in banned)
        }
    )


def _found(banned: tuple[str, ...], package: str = "") -> dict[str, list[str]]:
    found = {
        str(path): _users(sources.tree(path), banned)
        for path in sources.product_files()
        if not package or path.parts[0] == package
    }
    return {path: names for path, names in found.items() if names}


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(name) in {"Exception", "BaseException"} for name in caught)


def _broad(tree: ast.Module) -> bool:
    return any(isinstance(n, ast.ExceptHandler) and _catches_everything(n) for n in ast.walk(tree))


def test_threads_and_processes_start_in_named_places() -> None:
    assert set(_found(_THREADS)) == set(THREADS_AND_PROCESSES)


def test_who_sleeps_is_named() -> None:
    assert set(_found(_SLEEP)) == set(SLEEPS)


def test_one_place_reads_the_environment() -> None:
    assert set(_found(_ENVIRONMENT)) == set(ENVIRONMENT)


def test_some_things_have_no_place() -> None:
    assert _found(_NEVER) == NEVER_BUT


def test_rules_have_no_clock() -> None:
    assert _found(_CLOCKS, "rules") == {}


def test_broad_excepts_stand_at_named_roots() -> None:
    found = {str(path) for path in sources.product_files() if _broad(sources.tree(path))}
    assert found == set(BROAD_EXCEPTS)


@pytest.mark.parametrize(
    ("code", "banned"),
    [
        ("import threading as t\nt.Thread(target=print)", _THREADS),
        ("from threading import Thread as T", _THREADS),
        ("from concurrent import futures\nfutures.ThreadPoolExecutor()", _THREADS),
        ("import os\nx = os.environ['HOME']", _ENVIRONMENT),
        ("def f():\n    from time import sleep\n    sleep(1)", _SLEEP),
        ("import pickle", _NEVER),
        ("from datetime import datetime\ndatetime.now()", _CLOCKS),
    ],
)
def test_the_search_sees_every_spelling(code: str, banned: tuple[str, ...]) -> None:
    assert _users(ast.parse(code), banned)


@pytest.mark.parametrize(
    "caught", ["", "Exception", "(ValueError, Exception)", "BaseException as e"]
)
def test_the_search_sees_every_broad_except(caught: str) -> None:
    assert _broad(ast.parse(f"try:\n    pass\nexcept {caught}:\n    pass"))


def test_named_places_exist() -> None:
    named = {*THREADS_AND_PROCESSES, *BROAD_EXCEPTS, *SLEEPS, *ENVIRONMENT}
    assert {name for name in named if not (sources.ROOT / Path(name)).is_file()} == set()
