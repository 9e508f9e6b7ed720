"""`objects`: the detections of the wanted labels, from one or several model roles."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from pydantic import Field, field_validator

from rules.boxes import iou
from rules.looks import look
from rules.observation import Box, Object, Observation
from rules.primitive import NoState
from rules.primitive import Params as Parameters
from rules.sight import Detections, Sight
from rules.zones import Zones

_SAME = 0.7  # Two roles that agree this much (IoU) on one label mean one object.

_VEHICLES = frozenset({"car", "truck", "bus", "train", "motorcycle"})


class Objects:
    """Perceiver. Fills `observation.objects`, best score first.

    The floor is low on purpose: the confidence that an algorithm wants is applied by the steps,
    where it can be replayed from logged observations, and a tracker needs the weak boxes.
    """

    class Params(Parameters):
        """What is picked."""

        role: tuple[str, ...] = Field(
            ("objects",),
            min_length=1,
            description="Model roles to read; the first that sees an object is believed.",
            json_schema_extra={"replay": False},
        )
        labels: tuple[str, ...] = Field(
            ("person",),
            description="Class names that are wanted; empty means all.",
            json_schema_extra={"replay": False},
        )
        confidence_floor: float = Field(
            0.1,
            ge=0.01,
            le=1.0,
            description="Weaker detections are not even looked at.",
            json_schema_extra={"unit": "0..1", "replay": False},
        )
        looks: tuple[str, ...] = Field(
            (),
            description="Vehicle classes whose looks are noted, to tell successive ones apart.",
            json_schema_extra={"replay": False},
        )

        @field_validator("looks")
        @classmethod
        def _vehicles_only(cls, looks: tuple[str, ...]) -> tuple[str, ...]:
            other = sorted(set(looks) - _VEHICLES)
            if other:
                raise ValueError(f"looks are noted of vehicles only, not of {other[0]!r}")
            return looks

    State = NoState

    def __init__(self, params: Params, zones: Zones) -> None:
        self._roles = params.role
        self._labels = frozenset(params.labels)
        self._floor = params.confidence_floor
        self._looks = frozenset(params.looks)

    def perceive(
        self, state: NoState, sight: Sight, observation: Observation
    ) -> tuple[NoState, Observation]:
        """Pick from all roles; an object that an earlier role has found is not taken twice.

        A role that is not in `sight.detections` saw nothing.
        """
        found: list[Object] = []
        for role in self._roles:
            table = sight.detections.get(role)
            if table is None:
                continue
            known = tuple(found)
            found.extend(o for o in self._wanted(table) if not _has(known, o))
        found = [self._looked_at(o, sight) for o in found]
        found.sort(key=lambda o: -o.score)
        return state, msgspec.structs.replace(observation, objects=tuple(found))

    def _looked_at(self, found: Object, sight: Sight) -> Object:
        if found.label not in self._looks:
            return found
        return msgspec.structs.replace(found, look=look(sight.pixels, found.box))

    def _wanted(self, table: Detections) -> Iterator[Object]:
        for row, label in enumerate(table.labels):
            score = float(table.scores[row])
            if score < self._floor or (self._labels and label not in self._labels):
                continue
            x1, y1, x2, y2 = (round(float(v), 5) for v in table.boxes[row])
            box: Box = (x1, y1, x2, y2)
            if x2 > x1 and y2 > y1:
                points = tuple(
                    (round(float(x), 5), round(float(y), 5), round(float(v), 3))
                    for x, y, v in table.keypoints[row]
                )
                yield Object(label, round(score, 4), box, points)


def _has(known: tuple[Object, ...], new: Object) -> bool:
    return any(o.label == new.label and iou(o.box, new.box) >= _SAME for o in known)
