"""Real brokers on free ports of this machine, each with a folder of its own; stopped at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from config.settings import ROOT

PATIENCE_S = 40.0
_START_S = 120.0
"""RabbitMQ takes long where the machine is busy."""
SECRET = "pa55-of-the-city"
_PLACES = "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin:/sbin:/bin"


class NoBroker(Exception):
    """The program is not installed."""


def program(name: str) -> str:
    """Return where a broker's program is.

    Raises:
        NoBroker: nowhere.
    """
    found = shutil.which(name, path=_PLACES)
    if found is None:
        raise NoBroker(f"{name} is not installed; on Debian: sudo apt-get install {name}")
    return found


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(done: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait for something that another process does."""
    never = threading.Event()
    for _ in range(int(patience_s / 0.02)):
        if done():
            return
        never.wait(0.02)
    raise AssertionError(f"not in {patience_s:.0f} s: {what}")


class Server:
    """A broker's process: started, killed, started again on the same port and folder."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        folder: Path,
        ready: Callable[[], bool] | None = None,
        environment: dict[str, str] | None = None,
        beside: Server | None = None,
    ) -> None:
        self.port = port
        self.folder = folder
        self._command = command
        self._ready = ready or (lambda: answers(port))
        self._environment = environment
        self._beside = beside
        self._process: subprocess.Popen[bytes] | None = None  # noqa: TID251

    def start(self) -> Self:
        """Start it and wait until it answers."""
        self.begin()
        self.wait()
        return self

    def begin(self) -> None:
        """Start it and do not wait."""
        if self._beside is not None:
            self._beside.start()
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: TID251
                self._command,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self._environment,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        until(lambda: self._gone() or self._ready(), f"{self._command[0]} answers", _START_S)
        assert not self._gone(), (self.folder / "log.txt").read_text()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to what it has started."""
        assert self._process is not None
        os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._process is not None:
            if not self._gone():
                self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
            until(lambda: not (self.port and answers(self.port)), "the port is free")
        if self._beside is not None:
            self._beside.kill()

    def end(self) -> None:
        """Let it end by itself, with what it keeps saved."""
        self.signal(signal.SIGTERM)
        until(self._gone, "it ends")
        self.kill()

    def _gone(self) -> bool:
        return self._process is not None and self._process.poll() is not None


def nats(folder: Path) -> Server:
    """A NATS server with JetStream on disk, a login, and small messages."""
    port = free_port()
    (folder / "nats.conf").write_text(
        f"""
        listen: "127.0.0.1:{port}"
        max_payload: 65536
        jetstream {{ store_dir: "{folder}/js" }}
        authorization {{ user: relay, password: "{SECRET}" }}
        """
    )
    return Server([program("nats-server"), "-c", str(folder / "nats.conf")], port, folder)


def mosquitto(folder: Path) -> Server:
    """An MQTT 5 broker with a login that keeps what its subscribers have not fetched."""
    port = free_port()
    passwords = folder / "passwords"
    passwords.touch(mode=0o600)
    subprocess.run([program("mosquitto_passwd"), "-b", str(passwords), "relay", SECRET], check=True)
    (folder / "mosquitto.conf").write_text(
        f"""
listener {port} 127.0.0.1
allow_anonymous false
password_file {passwords}
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
max_packet_size 65536
user root
"""
    )
    return Server([program("mosquitto"), "-c", str(folder / "mosquitto.conf")], port, folder)


def redis(folder: Path) -> Server:
    """A Redis server with a password whose append-only file is written through."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always"]
    return Server([*command, "--requirepass", SECRET], port, folder)


def rabbitmq(folder: Path) -> Server:
    """A RabbitMQ node that takes small messages only; its node is known to nobody else."""
    port = free_port()
    # Terms of Erlang: reading rabbitmq.conf takes the node seconds.
    (folder / "advanced.config").write_text(
        f"""[{{rabbit, [
            {{tcp_listeners, [{{"127.0.0.1", {port}}}]}}, {{max_message_size, 65536}},
            {{default_user, <<"relay">>}}, {{default_pass, <<"{SECRET}">>}}
        ]}}]."""
    )
    (folder / "plugins").write_text("[].\n")
    names = free_port()
    environment = {
        "PATH": _PLACES,
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"sharp{port}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    # Erlang's directory of names, or the node would leave one behind that outlives the tests.
    script = _rabbitmq_script()
    directory = Server([program("epmd"), "-port", str(names)], names, folder, None, environment)
    return Server([script], port, folder, None, environment, directory)


def _rabbitmq_script() -> str:
    program("rabbitmq-server")
    # The one on PATH changes to another user first.
    found = sorted(Path("/usr/lib/rabbitmq").glob("lib/*/sbin/rabbitmq-server"))
    if not found:
        raise NoBroker("rabbitmq-server is installed, its own scripts are not to be found")
    return str(found[-1])


def kafka(folder: Path) -> Server:
    """The mock cluster of librdkafka in a process of its own; its address is in `brokers.txt`."""
    told = folder / "brokers.txt"
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.events.brokers.mock_kafka", str(told)]
    return Server(command, 0, folder, told.exists, {"PATH": _PLACES, "PYTHONPATH": str(ROOT)})
