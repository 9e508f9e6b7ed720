"""Our package names are ours: nothing that is installed brings a package of the same name."""

from __future__ import annotations

from importlib.metadata import packages_distributions

from tests.house import sources


def test_no_installed_distribution_ships_one_of_our_names() -> None:
    ours = {*sources.PACKAGES, "tests", "web"}
    assert {n: d for n, d in packages_distributions().items() if n in ours} == {}


def test_every_package_is_known_to_the_house() -> None:
    packages = {
        path.parts[0]
        for path in sources.files()
        if path.name == "__init__.py" and len(path.parts) == 2
    }
    assert packages == {*sources.PACKAGES, "tests"}
