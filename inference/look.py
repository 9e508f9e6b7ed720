"""Looking at one picture on demand: what the models see in it, what an algorithm makes of it."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from inference import evidence
from inference.masks import hide, masks
from inference.planner import MASKING
from inference.refusal import Refusal, invalid, reasons
from inference.snapshots import ASK_S, newest, tables_for_masks, unit_of
from inference.stills import Unreadable, decoded
from models.detector import Detections, Pixels
from rules.boxes import foot
from rules.glance import Glance
from rules.observation import Box
from rules.sight import Sight
from rules.zones import Zone, Zones
from store.catalog import Algorithm

if TYPE_CHECKING:
    from inference.worker import Worker


class Wanted(BaseModel):
    """A camera's newest picture, or one that is sent, and what shall be made of it.

    `parameters` are complete values; what is left out is the manifest's default. `models` are run
    as well as the algorithm's; without both, the general detector.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    camera: str = ""
    picture: str = ""
    """JPEG or PNG in Base64."""
    algorithm: str = ""
    parameters: dict[str, Any] = {}
    zones: tuple[Zone, ...] = ()
    models: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_picture(self) -> Wanted:
        if bool(self.camera) == bool(self.picture):
            raise ValueError("give either `camera` or `picture`")
        return self


def look(worker: Worker, wanted: Wanted) -> dict[str, Any]:
    """Return what is seen in the picture, through the engine's batches.

    Raises:
        Refusal: 404 unknown camera, algorithm or model; 409 no picture yet; 422 a bad field.
        ModelMissing, Overloaded, DetectorError: no model, no time, or a failed batch.
    """
    algorithm = _algorithm(worker, wanted.algorithm)
    parameters = _parameters(algorithm, wanted.parameters) if algorithm else None
    roles = _roles(worker, algorithm, wanted.models)
    at, pixels, tables = _picture(worker, wanted)
    chosen = worker.planner.models(roles)
    for model in set(chosen.values()) - tables.keys():
        tables[model] = worker.loop.requests.ask(model, pixels, ASK_S)
    by_role = {role: tables[model] for role, model in chosen.items()}
    hashes = worker.engine.hashes
    answer: dict[str, Any] = {
        "captured_at": at,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "models": {model: hashes[model] for model in sorted(chosen.values())},
        "detections": _rows(by_role, Zones(wanted.zones)),
        "judged": None,
    }
    if algorithm is not None and parameters is not None:
        rule = algorithm.rule(parameters, wanted.zones)
        answer["judged"] = _judged(rule.glance(Sight(pixels, at, by_role)))
    if wanted.camera:
        known = tables_for_masks(worker, pixels, tables, idle=False)
        shown = hide(pixels, masks(known, pixels.shape[1] / pixels.shape[0]))
        answer["picture"] = base64.b64encode(evidence.encode(shown)).decode("ascii")
    return answer


def _algorithm(worker: Worker, id: str) -> Algorithm | None:
    if not id:
        return None
    found = worker.algorithms.by_id.get(id)
    if found is None:
        known = ", ".join(worker.algorithms.ids)
        raise Refusal(404, f"the catalog has no algorithm {id!r}; known: {known}")
    return found


def _parameters(algorithm: Algorithm, given: Mapping[str, Any]) -> BaseModel:
    try:
        return algorithm.parameters(**given)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        raise invalid(reasons(found, "parameters")) from None


def _roles(
    worker: Worker, algorithm: Algorithm | None, models: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Return role to candidates: a model that is asked for plays the role that it can play."""
    for model in models:
        if model not in worker.algorithms.models:
            known = ", ".join(worker.algorithms.models)
            raise Refusal(404, f"the catalog has no model {model!r}; known: {known}")
    roles = dict(algorithm.manifest.models) if algorithm else {}
    for role, candidates in roles.items():
        asked = tuple(model for model in models if model in candidates)
        roles[role] = asked or tuple(candidates)
    for model in models:
        if not any(model in candidates[:1] for candidates in roles.values()):
            roles[model] = (model,)
    return roles or {MASKING[0]: MASKING[1]}


def _picture(worker: Worker, wanted: Wanted) -> tuple[float, Pixels, dict[str, Detections]]:
    """Return when it was taken, the picture, and what the models have already said of it."""
    if wanted.camera:
        unit = unit_of(worker, wanted.camera)
        shot, seen = newest(unit), unit.seen
        known = dict(seen.tables) if seen is not None and seen.shot is shot else {}
        return shot.captured_at, shot.picture.pixels, known
    try:
        return time.time(), decoded(base64.b64decode(wanted.picture, validate=True)), {}
    except (binascii.Error, Unreadable) as error:
        why = str(error) if isinstance(error, Unreadable) else "not Base64"
        raise invalid([("picture", why)]) from None


def _rows(tables: Mapping[str, Detections], zones: Zones) -> list[dict[str, Any]]:
    rows = []
    for table in tables.values():
        for i, label in enumerate(table.labels):
            x1, y1, x2, y2 = (round(float(v), 5) for v in table.boxes[i])
            box: Box = (x1, y1, x2, y2)
            zone = zones.name_at(*foot(box)) or ""
            rows.append(
                {"label": label, "score": _score(table.scores[i]), "box": box, "zone": zone}
            )
    return sorted(rows, key=lambda row: -float(str(row["score"])))


def _judged(glance: Glance) -> dict[str, Any]:
    subjects = [
        {
            "label": str(subject.facts.get("label", "")),
            "score": _score(subject.score),
            "box": [round(float(v), 5) for v in subject.box],
            "zone": str(subject.facts.get("zone", "")),
        }
        for subject in glance.subjects
    ]
    words = {"zh": glance.zh, "en": glance.en}
    return {"verdict": glance.verdict, "words": words, "subjects": subjects}


def _score(value: Any) -> float:
    return round(float(value), 4)
