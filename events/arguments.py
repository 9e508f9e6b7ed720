"""What `python -m events` understands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from events.alert import SEVERITIES
from events.relay import LEASE_S

Command = Callable[[argparse.Namespace], int]


def parser(description: str | None, commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Return the parser; what is parsed has the command's function as `run`."""
    made = argparse.ArgumentParser(prog="python -m events", description=description)
    database = argparse.ArgumentParser(add_help=False)
    database.add_argument("--database", metavar="URL", default="", help="not that of settings")
    listed = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str, *, stored: bool = True) -> argparse.ArgumentParser:
        added = listed.add_parser(name, parents=[database] if stored else [], help=help)
        added.set_defaults(run=commands[name])
        return added

    _relay(command("relay", "deliver to all destinations"))
    _tail(command("tail", "show events as they come"))
    command("destinations", "where events go, and how far behind each is")
    _add(command("add", "add a destination, or replace one"))
    _remove(command("remove", "remove a destination"))
    _one(command("test", "send a test event to a destination, and say what came of it"))
    _dead_letters(command("dead-letters", "what was refused, and why; try it again"))
    _replay(command("replay", "let a destination have events again"))
    command("lifecycle", "the life cycle as a Mermaid diagram", stored=False)
    _schema(command("schema", "the JSON Schema of an event's data", stored=False))
    command("asyncapi", "the AsyncAPI document of all events", stored=False)
    return made


def _relay(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--lease",
        type=_seconds,
        default=LEASE_S,
        metavar="SECONDS",
        help="how long a killed relay keeps its successor waiting (%(default)s)",
    )


def _tail(added: argparse.ArgumentParser) -> None:
    start = added.add_mutually_exclusive_group()
    start.add_argument("--after", type=int, metavar="SEQ", help="begin beyond this place")
    start.add_argument("--from-start", action="store_true", help="begin with the oldest event")
    start.add_argument("--consumer", metavar="NAME", help="go on where this name's last tail ended")
    added.add_argument("--json", action="store_true", help="one CloudEvent (JSON) a line")
    added.add_argument(
        "--follow",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="wait for more; without it, begin with the oldest and end with the newest",
    )


def _add(added: argparse.ArgumentParser) -> None:
    _one(added)
    added.add_argument("url", metavar="URL", help="its scheme says which kind it is")
    added.add_argument("--audience", choices=("city", "internal"), default="city")
    added.add_argument("--pictures", choices=("none", "masked", "original"), default="masked")
    added.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of its kind; @FILE as value reads a file (see docs/buses.md)",
    )
    added.add_argument(
        "--secret-from",
        metavar="FILE",
        help="password, token, signing secret or private key; - for standard input",
    )
    added.add_argument("--kind", action="append", default=[], help="only incidents of this kind")
    added.add_argument("--district", action="append", default=[], help="beginning of a place code")
    added.add_argument("--severity", choices=SEVERITIES, help="the least one")
    added.add_argument("--type", action="append", default=[], help="only events of this type")
    added.add_argument(
        "--replace", action="store_true", help="a destination of that id may be there"
    )
    _actor(added)


def _remove(added: argparse.ArgumentParser) -> None:
    _one(added)
    _actor(added)


def _dead_letters(added: argparse.ArgumentParser) -> None:
    added.add_argument("--destination", metavar="ID", help="of this one only, also a removed one")
    added.add_argument("--redrive", action="store_true", help="let the relay try them again")
    added.add_argument("--event", metavar="ID", help="only this event, with --redrive")
    _actor(added, required=False)


def _replay(added: argparse.ArgumentParser) -> None:
    _one(added)
    start = added.add_mutually_exclusive_group(required=True)
    start.add_argument("--after", type=int, metavar="SEQ", help="beyond this place in the log")
    start.add_argument("--since", metavar="TIME", help="from a time on: 2026-07-01T08:00:00+08:00")
    _actor(added)


def _schema(added: argparse.ArgumentParser) -> None:
    added.add_argument("name", nargs="?", default="incident", help="incident, camera or coverage")


def _one(added: argparse.ArgumentParser) -> None:
    added.add_argument("id", metavar="DESTINATION")


def _actor(added: argparse.ArgumentParser, *, required: bool = True) -> None:
    added.add_argument("--actor", required=required, metavar="NAME", help="who does it: audited")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 600.0:
        raise argparse.ArgumentTypeError("between 0.1 and 600 seconds")
    return value


def named(pairs: list[str], read: Callable[[str], str], decode: Callable[[str], Any]) -> Any:
    """Return options given as NAME=VALUE: JSON where it is JSON, else text; @FILE is read.

    Raises:
        ValueError: a pair has no '='.
    """
    found = {}
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise ValueError(f"{name}: give options as NAME=VALUE")
        if value.startswith("@"):
            found[name] = read(value[1:])
            continue
        try:
            found[name] = decode(value)
        except ValueError:
            found[name] = value
    return found
