"""npm's lock file gets the addresses of archives, and nothing else changes."""

from __future__ import annotations

from scripts.resolve_lock import resolved

LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "console", "version": "0.1.0"},
        "node_modules/a": {"version": "1.2.3", "integrity": "sha512-a"},
        "node_modules/a/node_modules/@s/b": {"version": "4.0.0-rc.1", "integrity": "sha512-b"},
        "node_modules/alias": {"name": "real", "version": "2.0.0", "integrity": "sha512-c"},
        "node_modules/linked": {"link": True},
    },
}


def test_each_package_of_a_registry_gets_its_archive() -> None:
    made = resolved(LOCK, "https://registry.example/npm/")["packages"]
    at = "https://registry.example/npm"
    assert {path: package.get("resolved") for path, package in made.items()} == {
        "": None,
        "node_modules/a": f"{at}/a/-/a-1.2.3.tgz",
        "node_modules/a/node_modules/@s/b": f"{at}/@s/b/-/b-4.0.0-rc.1.tgz",
        "node_modules/alias": f"{at}/real/-/real-2.0.0.tgz",
        "node_modules/linked": None,
    }
    assert made["node_modules/a"]["integrity"] == "sha512-a"
    assert "resolved" not in str(LOCK)
