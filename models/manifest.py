"""Manifests: what a model is and what an algorithm is, as TOML, checked at the door."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)


class ManifestError(ValueError):
    """A manifest is malformed; the text names the file, the field and the reason."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeightFile(_Strict):
    """One file of a model, found by hash. The first file of a model is the one to load.

    `url` is the maker's own address of it, '' where there is none. `sha256` is '' where nobody has
    published the file's hash: the operator then accepts the one that was downloaded, once, and
    the store holds on to it.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    url: str = Field(default="", pattern=r"^(https?://[^\s@]+)?$")
    size: int = Field(default=0, ge=0)
    """Bytes, 0 where it is not known."""

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if not self.sha256 and not self.url:
            raise ValueError("a file without `sha256` needs the `url` that it comes from")
        return self


class Preprocessing(_Strict):
    """From a BGR picture to the model's input of width x height, (x - mean) / std.

    `fit`: 'letterbox' keeps the picture's shape and pads around it, 'stretch' fills the input, as
    DETR-class models are trained.
    """

    width: int = Field(ge=32, le=4096)
    height: int = Field(ge=32, le=4096)
    color: Literal["rgb", "bgr"] = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (255.0, 255.0, 255.0)
    pad: int = Field(default=114, ge=0, le=255)
    fit: Literal["letterbox", "stretch"] = "letterbox"


class ModelManifest(_Strict):
    """A model: its files by hash, how to feed it and how to read it."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    version: str
    name: str = ""
    licence: str
    provider: str = ""
    source: str = ""
    format: Literal["onnx", "openvino", "tensorrt", "torch", "ultralytics", "http"]
    head: Literal["yolov8", "yolox", "nanodet", "yolov8-pose", "detr", "end2end", "end2end-pose"]
    files: tuple[WeightFile, ...] = Field(min_length=1)
    input: Preprocessing
    classes: tuple[str, ...] | Literal["coco80"] = "coco80"
    confidence: float = Field(default=0.1, ge=0.0, le=1.0)
    nms_iou: float = Field(default=0.65, ge=0.0, le=1.0)


class PictureNeed(_Strict):
    """Seconds between pictures: dwell_s / per_dwell, kept between min and max.

    While nothing changes in the view, what the models said may be taken for the pictures that
    follow for `unchanged_s` at most, and for a third of the absence that ends an incident; 0: every
    picture is looked at.
    """

    per_dwell: float = Field(default=4.0, ge=4.0)
    min_period_s: float = Field(default=0.2, gt=0.0)
    max_period_s: float = Field(default=5.0, gt=0.0)
    unchanged_s: float = Field(default=0.0, ge=0.0, le=60.0)


class ParameterOverride(_Strict):
    """Another default or a narrower range for a primitive's parameter."""

    default: Any = None
    minimum: float | None = None
    maximum: float | None = None


class Name(_Strict):
    """A name in the languages of the console."""

    zh: str
    en: str


SEVERITIES = ("low", "medium", "high", "urgent")
"""How grave an incident can be, least first."""

Severity = Literal["low", "medium", "high", "urgent"]


class Level(_Strict):
    """A graver form of what an algorithm raises: what it is called, how severe it is."""

    name: Name
    severity: Severity


class AlgorithmManifest(_Strict):
    """An algorithm: models by role, a chain of primitives, parameters, codes."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str
    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Name
    description: Name
    models: dict[str, tuple[str, ...]] = {}
    """Role ('objects', 'pose') to model ids in order of preference; the first installed is used."""
    chain: tuple[str, ...] = Field(min_length=2)
    parameters: dict[str, ParameterOverride] = {}
    pictures: PictureNeed = PictureNeed()
    priority: int = Field(default=5, ge=0, le=9)
    """0 is served first when the device is short."""
    severity: Severity = "medium"
    levels: tuple[Level, ...] = Field(default=(), max_length=8)
    """The levels above the least, which has the algorithm's own name and severity."""
    review: bool = True
    codes: dict[str, str] = {}
    """Code list (with version) to code; a list that has none is absent."""

    @field_validator("levels")
    @classmethod
    def _no_level_is_milder(
        cls, levels: tuple[Level, ...], info: ValidationInfo
    ) -> tuple[Level, ...]:
        ranks = [SEVERITIES.index(s) for s in (info.data.get("severity", "low"), *_of(levels))]
        if ranks != sorted(ranks):
            raise ValueError("a level is milder than the one before it")
        return levels

    def severity_at(self, level: int) -> Severity:
        """Return how severe a level is; one beyond the last is as severe as the last."""
        return (self.severity, *_of(self.levels))[max(0, min(level, len(self.levels)))]


def _of(levels: tuple[Level, ...]) -> tuple[Severity, ...]:
    return tuple(level.severity for level in levels)


def parse(text: str, kind: type[BaseModel], where: str) -> Any:
    """Return the manifest in `text` as a `kind`.

    Raises:
        ManifestError: not TOML, an unknown or missing field, a value out of range.
    """
    try:
        return kind.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{where}: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ManifestError(f"{where}: {field}: {first['msg']}") from error


def read(path: Path, kind: type[BaseModel]) -> Any:
    """Return the manifest file `path` as a `kind`; errors as in `parse`."""
    return parse(path.read_text(encoding="utf-8"), kind, path.name)
