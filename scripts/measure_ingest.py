"""CPU time of reading cameras: python -m scripts.measure_ingest URL --cameras 200 --way tap.

Opens one URL many times and prints the milliseconds of this process's CPU time per camera-second,
for the key-frame tap or for one libav thread per camera. Serve the URL from another process, e.g.
scripts/cameras CLIP. Without --period nothing is decoded: reading and keeping packets alone.
"""

from __future__ import annotations

import argparse
import resource
import threading
from functools import partial

from inference.parts import Parts
from streams.backoff import Door
from streams.camera import Camera
from streams.libav.pool import DecoderPool
from streams.libav.source import LibavSource
from streams.life import Life
from streams.resolver import StaticResolver
from streams.ring import PacketRing
from streams.sampler import Sampler, phase_of
from streams.slot import Slot
from streams.state import CameraWord
from streams.supervisor import Supervisor
from streams.tap import Unsuited
from streams.tap.tap import KeyFrameTap

RING_S = 30.0
RING_BYTES = 48 * 1024 * 1024


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("--cameras", type=int, default=100)
    parser.add_argument("--way", choices=("tap", "libav"), default="tap")
    parser.add_argument("--period", type=float, help="seconds between wanted pictures")
    parser.add_argument("--decoders", type=int, default=1)
    parser.add_argument("--warm", type=float, default=20.0, help="seconds before measuring")
    parser.add_argument("--seconds", type=float, default=20.0)
    return parser.parse_args()


def lives(args: argparse.Namespace) -> list[Life]:
    """Make the cameras."""
    door, made = Door(), []
    for number in range(args.cameras):
        camera = Camera(id=f"camera-{number}", url=args.url)
        sampler = Sampler([args.period] if args.period else [], phase_of(camera.id))
        ring = PacketRing(RING_S, RING_BYTES)
        made.append(
            Life(
                camera,
                resolver=StaticResolver(),
                sampler=sampler,
                slot=Slot(),
                ring=ring,
                door=door,
            )
        )
    return made


def start(args: argparse.Namespace, cameras: list[Life], parts: Parts) -> None:
    """Start reading them all."""
    if args.way == "libav":
        for life in cameras:
            parts.start(life.camera.id, Supervisor(life, LibavSource()).run)
        return
    pool = DecoderPool()
    tap = KeyFrameTap(pool)
    for name, body in {**pool.bodies(args.decoders), **tap.bodies()}.items():
        parts.start(name, body)

    def unsuited(life: Life, found: Unsuited) -> None:
        print(f"{life.camera.id}: {found.why}: {found.cause}")

    for life in cameras:
        tap.add(life, partial(unsuited, life))


def used() -> float:
    """Return the seconds of CPU time this process has used."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def main() -> int:
    """Measure and print one line."""
    args = arguments()
    cameras = lives(args)
    wait = threading.Event()
    with Parts() as parts:
        start(args, cameras, parts)
        wait.wait(args.warm)
        before = used()
        wait.wait(args.seconds)
        cost = (used() - before) / args.seconds / args.cameras
        live = sum(life.state.word is CameraWord.LIVE for life in cameras)
        pictures = sum(life.slot.dropped for life in cameras)
        held = sum(life.ring.size for life in cameras if life.ring) / 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{args.way}: {live} of {args.cameras} live, {cost * 1000:.3f} ms per camera-second, "
            f"{pictures} pictures, rings {held:.0f} MB, memory {peak:.0f} MB",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
