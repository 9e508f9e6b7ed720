"""Serve clips as RTSP cameras, looping: scripts/cameras FILE... prints one URL for each.

Bad days are asked for in the URL, e.g. ?fault=stall&at=5&for=20. Faults: die, gone, stall, loss
(p), slow (x), corrupt (p), auth, silent, notvideo, resize, udp, moved, nokey, dialect.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from config.settings import settings
from streams.libav.transcode import prepare
from streams.server import Media, serve
from streams.source import SourceError


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/cameras",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8554)
    parser.add_argument("--once", action="store_true", help="play once at each PLAY, then close")
    parser.add_argument("--live", action="store_true", help="packetise once for all who watch")
    parser.add_argument("--login", metavar="USER:PASSWORD", help="needed then for every camera")
    parser.add_argument("--seconds", type=float, help="stop after so long (default: Ctrl-C)")
    parser.add_argument("--freeze-first", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--freeze-last", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument(
        "--cache", type=Path, default=settings.cache_dir / "media", metavar="FOLDER"
    )
    return parser.parse_args()


def prepared(args: argparse.Namespace) -> dict[str, Media]:
    """Prepare every file; two of the same stem get different names."""
    cameras: dict[str, Media] = {}
    for path in args.files:
        name, number = path.stem, 2
        while name in cameras:
            name, number = f"{path.stem}-{number}", number + 1
        print(f"preparing {path.name} ...", file=sys.stderr, flush=True)
        cameras[name] = prepare(path, args.cache, args.freeze_first, args.freeze_last)
    return cameras


def main() -> int:
    """Serve until Ctrl-C or SIGTERM."""
    args = arguments()
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    login = None
    if args.login:
        user, _, password = args.login.partition(":")
        login = (user, password)
    try:
        cameras = prepared(args)
        with serve(
            cameras, args.host, args.port, once=args.once, login=login, live=args.live
        ) as server:
            for name in cameras:
                print(server.url(name), flush=True)
            stop.wait(args.seconds)
    except (SourceError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
