"""The pages of the buses do what they say: their commands and their consumers are run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from events.__main__ import main
from tests.events.brokers.broker import Broker
from tests.events.brokers.servers import SECRET, until
from tests.house.sources import ROOT

Open = Callable[[str], Broker]

USUAL = {"kafka": 9092, "nats": 4222, "mqtt": 1883, "rabbitmq": 5672, "redis": 6379}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def real(text: str, kind: str, broker: Broker) -> str:
    """Return a block of a page with this broker's address and password."""
    host = broker.url.partition("://")[2]
    # Kafka's topic is never emptied, and other tests have left binary events in it.
    text = text.replace("topic=city ", "topic=page ").replace(
        'subscribe(["city"])', 'subscribe(["page"])'
    )
    text = text.replace(f"127.0.0.1:{USUAL[kind]}", host).replace("change-me", SECRET)
    return text.replace(f'"127.0.0.1", {USUAL[kind]}', f'"127.0.0.1", {broker.server.port}')


@pytest.mark.parametrize("kind", USUAL)
def test_a_page_is_true(kind: str, open_broker: Open, tmp_path: Path) -> None:
    broker = open_broker(kind)
    page = (ROOT / "docs" / "buses" / f"{kind}.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "consume.py").write_text(real(program, kind, broker), encoding="utf-8")
    (tmp_path / "secret.txt").write_text(SECRET)
    printed = tmp_path / "printed.txt"
    with printed.open("wb") as output:
        consumer = subprocess.Popen(  # noqa: TID251
            [sys.executable, "consume.py"], cwd=tmp_path, stdout=output, stderr=output
        )
        try:
            url = f"sqlite:///{tmp_path / 'sharp.db'}"
            run(real(commands, kind, broker), tmp_path / "secret.txt", url)
            line = r"^0{20} city\.sharp-eyes\.test\.v1 city$"
            until(lambda: bool(re.search(line, printed.read_text(), re.MULTILINE)), "it is read")
        finally:
            consumer.kill()
            consumer.wait()


def run(block: str, secret: Path, url: str) -> None:
    """Run a block's commands as `python -m events` does, on another database."""
    for command in block.replace("\\\n", "").splitlines():
        words = shlex.split(command.replace("secret.txt", str(secret)))
        assert words[:3] == ["python", "-m", "events"], command
        assert main([*words[3:], "--database", url]) == 0, command
