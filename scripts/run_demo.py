"""`scripts/demo`: videos as RTSP cameras, the whole service over them, and a console to look at."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import Engine

from api.passwords import first_password, hash_of
from config.settings import ROOT, SettingsError, settings
from events.log import end
from inference.evaluation.truth import Truth, TruthError, read_truth
from models.catalog import Catalog
from models.install import install_folder
from models.manifest import ManifestError
from models.weights import WeightError, WeightStore
from scripts import demo_plan, demo_scenes, demo_words
from scripts.clips import camera_ids, media_of, videos
from scripts.demo_plan import Scene
from scripts.processes import Kept, kept_running, say
from store import desired, users
from store.catalog import Algorithms
from store.database import DatabaseError, open_database
from store.log import DatabaseLog
from store.values import Task
from streams.camera import Camera
from streams.server import serve

ACTOR = "scripts/demo"
PREFIX = "demo-"
"""What the ids of the demo's own cameras begin with; other cameras are never touched."""
PEOPLE = ("admin", "reviewer", "operator")
"""Names and roles of those who may log in to the demo."""
READY_S = 60.0


class Refused(Exception):
    """The demo cannot start; the text says why and what helps."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be served: scenes by camera id, and how many there are in all."""

    scenes: Mapping[str, Scene]
    of: int
    missing: Mapping[str, str]
    """Algorithms that no model is there for, and which."""
    load: float
    short: bool
    """More is wanted than this machine can judge."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C (or for --seconds); 0 after a clean stop, else the reason is on stderr."""
    args = _parser().parse_args(arguments)
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: stop.set())
    try:
        with ExitStack() as stack:
            return _run(args, stop, stack)
    except Refused as refused:
        print(f"scripts/demo: {refused}", file=sys.stderr)
        return 2
    except (SettingsError, ManifestError, TruthError, WeightError, DatabaseError) as error:
        print(f"scripts/demo: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--clips",
        type=Path,
        metavar="FOLDER",
        help="videos to serve, with or without a truth.json (default: the clips of the test data, "
        "else generated scenes)",
    )
    parser.add_argument("--port", type=int, default=8000, help="of the console (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after so long")
    parser.add_argument("--cameras", type=int, metavar="N", help="as many (default: what fits)")
    parser.add_argument("--weights", type=Path, help="folder of weights (default: near the clips)")
    parser.add_argument("--check", action="store_true", help="only say whether it could start")
    return parser


def _run(args: argparse.Namespace, stop: threading.Event, stack: ExitStack) -> int:
    _free_port(args.port)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = stack.enter_context(_alone(settings.data_dir))
    algorithms = Algorithms(Catalog.read(settings.catalog_dirs))
    generated = args.clips is None and not videos(settings.test_data)
    if generated and args.check:
        return 0
    drawn = settings.cache_dir / "demo"
    folder = demo_scenes.prepared(drawn) if generated else args.clips or settings.test_data
    plan = _plan(args, folder, algorithms)
    if args.check:
        return 0
    for name, models in plan.missing.items():
        say(demo_words.model_missing(name, models))
    clips = {camera: scene.clip for camera, scene in plan.scenes.items()}
    media = media_of(clips, settings.cache_dir / "media")
    if not media:
        raise Refused(f"none of the videos in {folder} can be read")
    server = stack.enter_context(serve(media))
    database = open_database(settings.database_url)
    stack.callback(database.dispose)
    scenes = {camera: plan.scenes[camera] for camera in media}
    _want(database, scenes, {camera: server.url(camera) for camera in media})
    password = _admit(database)
    kept = _programs(args, stop, lock)
    seen = end(DatabaseLog(database))  # what is older was shown by an earlier run
    stack.enter_context(kept_running(kept))
    address = f"http://127.0.0.1:{args.port}"
    if not _ready(address, kept, stop):
        return _gave_up(kept)
    say(
        demo_words.welcome(
            demo_words.Show(
                address=address,
                password=password,
                scenes=scenes,
                of=plan.of,
                load=plan.load if plan.short else 0.0,
                logs=_shown(_logs()),
                data=_shown(settings.data_dir),
            )
        )
    )
    names = {camera: scene.clip.path.stem for camera, scene in scenes.items()}
    _watch(database, seen, demo_words.Incidents(address, algorithms, names), args.seconds, stop)
    failed = any(one.failed for one in kept)
    stop.set()
    say(demo_words.STOPPING)
    return _gave_up(kept) if failed else 0


def _free_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            with socket.socket() as other:
                other.bind(("127.0.0.1", 0))
                free = other.getsockname()[1]
            raise Refused(
                f"port {port} cannot be used ({error}). Take another: scripts/demo --port {free}"
            ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Hold the folder's lock. Children inherit it: what an earlier demo left running counts too."""
    path = folder / "demo.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read().strip() or "?"
            raise Refused(
                f"a demo runs already in {_shown(folder)} (process {who}, or programs that it left "
                "behind). Stop it first, with Ctrl-C where it runs."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _plan(args: argparse.Namespace, folder: Path, algorithms: Algorithms) -> Plan:
    paths = videos(folder)
    truth = _truth(folder)
    scenes = demo_plan.scenes_of_truth(truth, paths, algorithms) if truth else []
    known = bool(scenes)
    if not known:
        scenes = demo_plan.scenes_without_truth(paths, algorithms.ids)
    if not scenes:
        raise Refused(demo_words.no_videos(args.clips, settings.test_data))
    missing = _without_models(algorithms, _weights_near(args, folder))
    if len(missing) == len(algorithms.ids):
        raise Refused(demo_words.no_weights(missing))
    cores = len(os.sched_getaffinity(0))
    fits = demo_plan.fitting(scenes, algorithms, cores)
    if args.cameras is not None and args.cameras < 1:
        raise Refused("--cameras is 1 or more")
    chosen = _chosen(args.cameras, scenes, fits, known)
    ids = camera_ids([scene.clip.path for scene in chosen], PREFIX)
    return Plan(
        {ids[scene.clip.path]: scene for scene in chosen},
        len(scenes),
        missing,
        demo_plan.load(chosen, algorithms),
        len(chosen) > len(fits),
    )


def _chosen(count: int | None, scenes: list[Scene], fits: list[Scene], known: bool) -> list[Scene]:
    if count is None and (known or len(fits) >= demo_plan.FEWEST):
        return fits
    return scenes[: count or demo_plan.FEWEST]


def _truth(folder: Path) -> Truth | None:
    """Return the truth file in a folder, or beside a folder called 'videos'."""
    places = [folder, folder.parent] if folder.name == "videos" else [folder]
    found = next((p / "truth.json" for p in places if (p / "truth.json").is_file()), None)
    return None if found is None else read_truth(found)


def _weights_near(args: argparse.Namespace, folder: Path) -> list[Path]:
    if args.weights is not None:
        return [args.weights]
    near = [folder / "weights", folder.resolve().parent / "weights", settings.test_data / "weights"]
    return [*near, ROOT / "weights", ROOT / "var" / "weights"]


def _without_models(algorithms: Algorithms, folders: Sequence[Path]) -> dict[str, str]:
    """Install what is found; return algorithm and model names of what still cannot run."""
    catalog = Catalog.read(settings.catalog_dirs)
    store = WeightStore(settings.weights_dir)
    for folder in folders:
        for model in install_folder(folder, catalog, store):
            say(f"model {model} installed from {folder}")
    there = {name for name, manifest in catalog.models.items() if store.installed(manifest)}
    missing = {}
    for name, algorithm in algorithms.by_id.items():
        lacking = [ids for ids in algorithm.manifest.models.values() if not there & set(ids)]
        if lacking:
            missing[name] = " and ".join(" or ".join(ids) for ids in lacking)
    return missing


def _want(database: Engine, scenes: Mapping[str, Scene], urls: Mapping[str, str]) -> None:
    """Write the demo's cameras and tasks; what a person changed since the last run stays."""
    before = desired.read(database)
    known = {camera.id: camera for camera in before.cameras}
    gone = tuple(i for i in known if i.startswith(PREFIX) and i not in scenes)
    put: list[desired.Wanted] = [demo_plan.TEMPLATE]
    for camera, scene in scenes.items():
        if camera in known:
            put.append(known[camera].model_copy(update={"url": urls[camera]}))
            continue
        put.append(Camera(id=camera, name=scene.clip.path.stem, url=urls[camera]))
        put += [
            Task(
                camera=camera,
                algorithm=watch.algorithm,
                zones=watch.zones,
                parameters=dict(watch.parameters),
                template=demo_plan.TEMPLATE.id,
            )
            for watch in scene.watches
        ]
    desired.change(database, ACTOR, put=put, remove=[(Camera, (camera,)) for camera in gone])


def _admit(database: Engine) -> str:
    """Give everyone of the demo a new password, which is good until the next start."""
    password = first_password()
    hash = hash_of(password)
    for name in PEOPLE:
        if users.find(database, name) is None:
            users.add(database, name, name, False, hash, ACTOR)
        users.change(database, name, ACTOR, role=name, disabled=False)
        users.set_password(database, name, hash, ACTOR, must_change=False)
    return password


def _programs(args: argparse.Namespace, stop: threading.Event, lock: int) -> list[Kept]:
    logs = _logs()
    logs.mkdir(exist_ok=True)
    modules = {
        "worker": ["inference"],
        "relay": ["events", "relay"],
        "api": ["api", "serve", "--host", "127.0.0.1", "--port", str(args.port)],
    }
    kept = []
    for name, module in modules.items():
        log = logs / f"{name}.log"
        if log.exists():
            log.replace(logs / f"{name}.before.log")
        kept.append(Kept(name, module, stop, log, keep_open=(lock,)))
    return kept


def _logs() -> Path:
    folder: Path = settings.data_dir / "logs"
    return folder


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _ready(address: str, kept: Sequence[Kept], stop: threading.Event) -> bool:
    """Wait until the API answers; False when it does not, or somebody wants to stop."""
    until = time.monotonic() + READY_S
    with httpx.Client(timeout=2.0) as client:
        while time.monotonic() < until and not stop.is_set():
            try:
                client.get(f"{address}/healthz")
                return True
            except httpx.TransportError:
                stop.wait(0.3)
    return False


def _gave_up(kept: Sequence[Kept]) -> int:
    """Say which program failed, with its last words; 0 when somebody just stopped early."""
    failed = [one for one in kept if one.failed]
    for one in failed:
        words = one.log.read_text(errors="replace").splitlines()[-8:] if one.log else []
        print(f"\n{one.name} does not run. Its last words:", *words, sep="\n  ", file=sys.stderr)
    return 1 if failed else 0


def _watch(
    database: Engine,
    seen: int,
    words: demo_words.Incidents,
    seconds: float,
    stop: threading.Event,
) -> None:
    """Print one line an incident until the end."""
    log = DatabaseLog(database)
    until = time.monotonic() + seconds if seconds else float("inf")
    while not stop.wait(min(0.5, max(0.0, until - time.monotonic()))):
        if time.monotonic() >= until:
            return
        for event in log.after(seen, 200):
            seen = event.seq
            line = words.line(event)
            if line:
                say(line)


if __name__ == "__main__":
    sys.exit(main())
