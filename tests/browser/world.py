"""A painted city to try the console on: python -m tests.browser.world [--port N] [--folder DIR].

Cameras over real RTSP, worker, relay and API, each a process of its own that can be stopped,
killed and started again: by a line on stdin (`stop worker`) or by HTTP (POST /stop/worker to the
control address). Parts: worker, relay, api, cameras. Needs no weights.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from config.settings import ROOT
from store.database import open_database
from streams.libav.transcode import prepare
from streams.server.media import Media
from streams.server.server import CameraServer
from tests.browser.city import LOGIN, ROLES, Access, address, populate
from tests.browser.films import FILMS, encoded

PARTS = ("worker", "relay", "api", "cameras")
_STOP_S = 15.0
_READY_S = 60.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One program of the product, started and ended any number of times; logs to a file."""

    def __init__(self, name: str, arguments: tuple[str, ...], folder: Path) -> None:
        self.name = name
        program = (sys.executable, "-m", "tests.browser.program", name, *arguments)
        self._command = ("env", f"SHARP_DATA_DIR={folder}", *program)
        self._folder = folder
        self._running: asyncio.subprocess.Process | None = None

    @property
    def alive(self) -> bool:
        """True while it runs."""
        return self._running is not None and self._running.returncode is None

    async def start(self) -> None:
        """Start it, unless it runs."""
        if self.alive:
            return
        with (self._folder / f"{self.name}.log").open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> None:
        """End it as an operator would (SIGTERM); killed when it does not end."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        await self._end(signal.SIGKILL)

    async def _end(self, sign: signal.Signals) -> None:
        if self._running is None or self._running.returncode is not None:
            return
        self._running.send_signal(sign)
        try:
            await asyncio.wait_for(self._running.wait(), _STOP_S)
        except TimeoutError:
            self._running.kill()
            await self._running.wait()


class Cameras:
    """The camera server; stopped, every camera is gone at once. Same port every time."""

    alive = False

    def __init__(self, films: Mapping[str, Media]) -> None:
        self._films = films
        self.port = free_port()
        self._server: CameraServer | None = None

    async def start(self) -> None:
        """Show the films, unless they are shown."""
        if not self.alive:
            self._server = CameraServer(self._films, port=self.port, login=LOGIN)
            await self._server.start()
            self.alive = True

    async def stop(self) -> None:
        """Break off every camera."""
        if self.alive and self._server is not None:
            await self._server.stop()
            self.alive = False

    kill = stop


class World:
    """All parts and the ways to order them about."""

    def __init__(self, folder: Path, port: int, speed: float, films: Path | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        kept = films or folder / "films"
        painted = {name: encoded(name, kept, speed) for name in FILMS}
        cameras = Cameras({name: prepare(path, kept) for name, path in painted.items()})
        self.access = self._populated(cameras.port)
        self.cameras = cameras
        self.parts: dict[str, Process | Cameras] = {
            "cameras": cameras,
            "worker": Process("worker", ("--log-level", "INFO"), folder),
            "relay": Process("relay", ("--lease", "3"), folder),
            "api": Process("api", ("--port", str(self.port)), folder),
        }
        self.done = asyncio.Event()

    def _populated(self, cameras: int) -> Access:
        database = open_database(f"sqlite:///{self.folder / 'sharp.db'}")
        try:
            return populate(database, cameras)
        finally:
            database.dispose()

    @property
    def url(self) -> str:
        """The console's address."""
        return f"http://127.0.0.1:{self.port}"

    async def order(self, verb: str, name: str) -> bool:
        """Carry out 'start|stop|kill|restart PART' or 'quit'; False when it is no such order."""
        if verb == "quit":
            self.done.set()
            return True
        part = self.parts.get(name)
        if part is None or verb not in ("start", "stop", "kill", "restart"):
            return False
        if verb in ("stop", "restart"):
            await part.stop()
        if verb == "kill":
            await part.kill()
        if verb in ("start", "restart"):
            await part.start()
        if name == "api" and part.alive:
            await self._answers()
        return True

    async def _answers(self) -> None:
        """Wait until the API takes connections."""
        for _ in range(round(_READY_S / 0.1)):
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.1)
        raise TimeoutError(f"the API does not answer; see {self.folder / 'api.log'}")

    def told(self, control: str) -> dict[str, object]:
        """Return everything that a test or a person needs to know."""
        return {
            "url": self.url,
            "control": control,
            "password": self.access.password,
            "users": list(ROLES),
            "key": self.access.key,
            "folder": str(self.folder),
            "cameras": {film: address(self.cameras.port, film) for film in FILMS},
            "camera_login": list(LOGIN),
            "parts": {name: part.alive for name, part in self.parts.items()},
        }


async def _control(world: World) -> tuple[asyncio.Server, str]:
    """Serve POST /VERB/PART and GET / on loopback; return the server and its address."""
    address = ""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, *_ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            good = True
            if method == "POST":
                verb, _, name = path.strip("/").partition("/")
                good = await world.order(verb, name)
            body = json.dumps(world.told(address)).encode()
            status = "200 OK" if good else "404 Not Found"
            lines = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            lines += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(lines.encode() + body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    return server, address


async def _listen(world: World) -> None:
    """Carry out what is typed."""
    kind = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or sys.stdin.isatty()):
        return  # nobody types: the HTTP control remains
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        verb, _, name = line.decode().strip().partition(" ")
        if verb:
            good = await world.order(verb, name)
            states = ", ".join(f"{n} {'up' if p.alive else 'down'}" for n, p in world.parts.items())
            print(states if good else "start|stop|kill|restart PART, or quit", flush=True)


async def live(world: World) -> None:
    """Start everything, say how to get in, go on until told to stop, end everything."""
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, world.done.set)
    try:
        for name in world.parts:
            await world.order("start", name)
        server, control = await _control(world)
        async with server:
            told = world.told(control)
            (world.folder / "world.json").write_text(json.dumps(told, indent=1))
            print(_words(told), flush=True)
            typed = asyncio.create_task(_listen(world))
            await world.done.wait()
            typed.cancel()
    finally:
        for part in reversed(world.parts.values()):
            await part.stop()


def _words(told: Mapping[str, object]) -> str:
    return "\n".join(
        [
            f"console   {told['url']}",
            f"people    {', '.join(ROLES)}; password of each: {told['password']}",
            f"API key   {told['key']}",
            f"cameras   {address(0, 'NAME').replace(':0/', ':PORT/')}: see world.json",
            f"control   {told['control']} (POST /stop/worker, /start/api, /kill/relay ...)",
            f"folder    {told['folder']} (world.json, *.log)",
            "ready",
        ]
    )


def main() -> int:
    """Run the world."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.world", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the console; 0: any free one")
    parser.add_argument("--folder", type=Path, help="kept; without it a temporary one, removed")
    parser.add_argument("--films", type=Path, help="where films are kept for the next time")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the films play")
    given = parser.parse_args()
    if given.folder is not None:
        given.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(live(World(given.folder.resolve(), given.port, given.speed, given.films)))
        return 0
    with tempfile.TemporaryDirectory(prefix="world-") as folder:
        asyncio.run(live(World(Path(folder), given.port, given.speed, given.films)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
