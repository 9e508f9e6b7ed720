"""Small enough to read: files, functions, and a line that says what a module is."""

from __future__ import annotations

import ast

from tests.house import sources

FILE_LINES = 400
FUNCTION_LINES = 60
MIGRATIONS = "store/migrations/versions"
"""A migration is a list of tables, written once; cutting it up would not make it clearer."""


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path): len((sources.ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in sources.python_files()
    }
    assert {path: n for path, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_too_long() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {length} lines"
        for path in sources.python_files()
        if not path.is_relative_to(MIGRATIONS)
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


def test_every_module_says_what_it_is_in_one_line() -> None:
    silent = [
        str(path)
        for path in sources.python_files()
        if not (ast.get_docstring(sources.tree(path)) or "").splitlines()[:1]
    ]
    assert silent == []


def test_nothing_is_called_utils() -> None:
    banned = {"utils", "util", "common", "core", "helpers", "helper", "misc"}
    assert [
        str(path)
        for path in sources.python_files()
        if banned & {part.removesuffix(".py") for part in path.parts}
    ] == []
