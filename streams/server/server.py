"""The RTSP server: one asyncio task per client, in a thread of its own when asked."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlencode

from streams.server.faults import Fault, FaultKind
from streams.server.live import CHANNELS, Air, Seat
from streams.server.media import Media
from streams.server.player import Player
from streams.server.rtsp import (
    METHODS,
    Login,
    Request,
    audio_description,
    description,
    interleaved_channels,
    parse_request,
    response,
)

log = logging.getLogger(__name__)

SESSION_TIMEOUT_S = 60


class CameraServer:
    """Serves each camera at rtsp://HOST:PORT/NAME, looping, or once from its start at each PLAY.

    With `live` all cameras without a fault are broadcasts (see `streams.server.live`): for many
    clients. `login` (user name, password) is then needed for every camera. Port 0 takes a
    free one.
    """

    def __init__(
        self,
        cameras: Mapping[str, Media],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        once: bool = False,
        login: tuple[str, str] | Login | None = None,
        session_timeout_s: float = SESSION_TIMEOUT_S,
        live: bool = False,
    ) -> None:
        self.cameras = dict(cameras)
        self.once = once
        self.air = Air() if live else None
        self.login = Login(*login) if isinstance(login, tuple) else login
        self.no_login = Login(secrets.token_hex(8), secrets.token_hex(16))
        self.session_timeout_s = session_timeout_s
        self.gone_until: dict[str, float] = {}
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._transports: weakref.WeakSet[asyncio.WriteTransport] = weakref.WeakSet()
        self._watching: dict[str, weakref.WeakSet[asyncio.WriteTransport]] = {}

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._port

    @property
    def clients(self) -> int:
        """Connections that are open now."""
        return len(self._clients)

    def url(self, name: str, **query: object) -> str:
        """Return a camera's URL; the query asks for a fault: `url('a', fault='stall', at=2)`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        suffix = "?" + urlencode({k.rstrip("_"): v for k, v in query.items()}) if query else ""
        return f"rtsp://{host}:{self._port}/{name}{suffix}"

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve, self._host, self._port, backlog=1024)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and break off every client."""
        if self._server is not None:
            self._server.close()
            # who was accepted a moment ago gets a task now
            await asyncio.sleep(0)
        for task in list(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        for transport in tuple(self._transports):
            # one that was closed with bytes to send still waits for its client
            transport.abort()
        await asyncio.sleep(0)
        if self.air is not None:
            await self.air.close()

    def break_off(self, name: str, for_s: float) -> None:
        """Have a camera die now, and be away for so long. Any thread, while the server runs."""
        self.gone_until[name] = time.monotonic() + for_s
        for client in tuple(self._watching.get(name, ())):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(client.abort)

    def watched(self, name: str, writer: asyncio.StreamWriter) -> None:
        """Note that a connection plays a camera."""
        self._watching.setdefault(name, weakref.WeakSet()).add(writer.transport)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._clients.add(task)
        self._transports.add(writer.transport)
        client = _Client(self, reader, writer)
        try:
            await client.run()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away or talks something else
        except asyncio.CancelledError:
            pass  # the server stops; asyncio would report the cancelled task as an error
        except Exception:  # a task's root: one client's failure stays its own
            log.exception("a client of the camera server failed")
        finally:
            await client.close()
            self._clients.discard(task)


class _Client:
    """One connection: its requests, its session, its player."""

    def __init__(
        self, server: CameraServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._session = secrets.token_hex(8)
        self._name = ""
        self._query: dict[str, str] = {}
        self._channels: tuple[int, int] | None = None
        self._player: Player | Seat | None = None
        self._playing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Answer requests until the client leaves or is silent for longer than a session lasts."""
        while True:
            try:
                async with asyncio.timeout(self._server.session_timeout_s):
                    request = await self._request()
            except TimeoutError:
                return
            except ValueError:
                self._writer.write(response(None, 400))
                return
            if request is None:
                continue
            answer = self._answer(request)
            self._writer.write(answer)
            await self._writer.drain()
            if request.method == "TEARDOWN":
                return
            if request.method == "PLAY" and b" 200 " in answer[:16] and self._player is not None:
                self._playing = asyncio.create_task(self._play(self._player))

    async def close(self) -> None:
        """Stop playing and close the connection."""
        if self._playing is not None:
            self._playing.cancel()
            await asyncio.gather(self._playing, return_exceptions=True)
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _request(self) -> Request | None:
        """Read the next request; None for interleaved data (the client's RTCP)."""
        first = await self._reader.readexactly(1)
        if first == b"$":
            head = await self._reader.readexactly(3)
            await self._reader.readexactly(int.from_bytes(head[1:], "big"))
            return None
        head = first + await self._reader.readuntil(b"\r\n\r\n")
        request = parse_request(head[:-4].lstrip())
        await self._reader.readexactly(request.content_length)
        return request

    def _answer(self, request: Request) -> bytes:
        if request.method == "OPTIONS":
            return response(request, headers={"Public": METHODS})
        if request.method == "DESCRIBE" or not self._name:
            self._name, self._query = request.name, request.query
        try:
            fault = Fault.parse(self._query)
        except ValueError:
            return response(request, 400)
        login = self._server.no_login if fault.kind is FaultKind.AUTH else self._server.login
        if login is not None and not login.allows(request):
            return response(request, 401, challenges=login.challenges)
        media = self._server.cameras.get(self._name)
        if media is None or self._server.gone_until.get(self._name, 0.0) > time.monotonic():
            return response(request, 404)
        return self._accepted(request, media, fault)

    def _accepted(self, request: Request, media: Media, fault: Fault) -> bytes:
        host = self._writer.get_extra_info("sockname")[0]
        timeout = f"{self._session};timeout={self._server.session_timeout_s:.0f}"
        match request.method:
            case "DESCRIBE" if fault.kind is FaultKind.MOVED:
                location = request.url.partition("?")[0]
                return response(request, 302, headers={"Location": location})
            case "DESCRIBE":
                only_sound = fault.kind is FaultKind.NOTVIDEO
                body = audio_description(host) if only_sound else description(media, host)
                # without the query: clients would put the track's name behind it
                base = request.url.partition("?")[0].rstrip("/") + "/"
                return response(request, headers={"Content-Base": base}, body=body)
            case "SETUP":
                self._channels = interleaved_channels(request.headers.get("transport", ""))
                if self._channels is None or fault.kind is FaultKind.UDP:
                    return response(request, 461)
                channels = f"{self._channels[0]}-{self._channels[1]}"
                transport = f"RTP/AVP/TCP;unicast;interleaved={channels}"
                return response(request, headers={"Transport": transport, "Session": timeout})
            case "PLAY" if self._channels is not None and self._playing is None:
                self._player = self._made_player(media, fault, self._channels)
                self._server.watched(self._name, self._writer)
                base = request.url.partition("?")[0].rstrip("/")
                info = f"url={base}/track1;{self._player.rtp_info}"
                headers = {"Session": timeout, "Range": "npt=0.000-", "RTP-Info": info}
                return response(request, headers=headers)
            case "PLAY" | "PAUSE":
                return response(request, 455)
            case "TEARDOWN" | "GET_PARAMETER" | "SET_PARAMETER":
                return response(request, headers={"Session": timeout})
        return response(request, 501)

    def _made_player(self, media: Media, fault: Fault, channels: tuple[int, int]) -> Player | Seat:
        air = self._server.air
        if air is not None and fault.kind is FaultKind.NONE and channels == CHANNELS:
            return air.seat(self._name, media, self._writer)
        rng = random.Random(self._name)  # noqa: S311 - reproducible faults, no secret
        return Player(media, fault, self._server.once, self._writer, channels, rng)

    async def _play(self, player: Player | Seat) -> None:
        fault = Fault.parse(self._query)
        try:
            await player.play()
        except ConnectionError:
            return
        if fault.kind is FaultKind.GONE:
            self._server.gone_until[self._name] = time.monotonic() + fault.lasts
        if player.broke:
            self._writer.transport.abort()
        else:
            self._writer.close()


@contextmanager
def serve(
    cameras: Mapping[str, Media],
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    once: bool = False,
    login: tuple[str, str] | Login | None = None,
    session_timeout_s: float = SESSION_TIMEOUT_S,
    live: bool = False,
) -> Iterator[CameraServer]:
    """Run a server in a thread of its own for the length of a `with` block.

    Raises:
        OSError: the address is taken or not ours.
    """
    server = CameraServer(
        cameras,
        host,
        port,
        once=once,
        login=login,
        session_timeout_s=session_timeout_s,
        live=live,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(  # noqa: TID251 - a named place: the server's own loop
        target=loop.run_forever, name="camera-server", daemon=True
    )
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
