"""The tables of what people want and what the service keeps: desired and observed state, queue.

Secrets (`CameraRow.password`, `DestinationRow.secret`) stand in columns of their own, are never
copied into the audit, the log or a repr, and are not encrypted at rest yet: until they are, the
file's permissions protect them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Counter = BigInteger().with_variant(Integer(), "sqlite")
"""A growing key. SQLite numbers rows by itself in columns called INTEGER only."""


BY_PEOPLE = text("actor <> 'inference' AND actor NOT LIKE 'rule: %'")
"""Audit rows of what the service did not do by itself, said as their index says it."""


class Base(DeclarativeBase):
    """Every table; names of constraints are fixed so that migrations can name them."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own spelling
        str: Text(),
        float: Double(),
        int: BigInteger(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


Base.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class RevisionRow(Base):
    """The one row that counts the writes of the desired state."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]


class CameraRow(Base):
    """A camera as wanted (see `streams.camera.Camera`)."""

    __tablename__ = "camera"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    username: Mapped[str]
    password: Mapped[str]
    sub_url: Mapped[str]
    gb_id: Mapped[str]
    owner_unit: Mapped[str]
    place_code: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    crs: Mapped[str]
    rotation: Mapped[int]
    time_zone: Mapped[str] = mapped_column(server_default="")
    enabled: Mapped[bool]


class TaskRow(Base):
    """One algorithm on one camera as wanted; zones and time plan are values inside it."""

    __tablename__ = "task"

    camera: Mapped[str] = mapped_column(ForeignKey("camera.id"), primary_key=True)
    algorithm: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]
    parameters: Mapped[dict[str, Any]]
    zones: Mapped[list[Any]]
    time_plan: Mapped[list[Any]]
    review: Mapped[bool | None]
    template: Mapped[str]


class TemplateRow(Base):
    """Named parameter values for several algorithms, as wanted (see `store.values.Template`)."""

    __tablename__ = "template"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, Any]]
    note: Mapped[dict[str, Any]]
    parameters: Mapped[dict[str, Any]]


class AlgorithmSettingsRow(Base):
    """What is wanted of an algorithm on every camera (see `store.values.AlgorithmSettings`)."""

    __tablename__ = "algorithm_settings"

    algorithm: Mapped[str] = mapped_column(primary_key=True)
    parameters: Mapped[dict[str, Any]]


class DestinationRow(Base):
    """Where events go, as wanted."""

    __tablename__ = "destination"

    id: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str]
    type: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    pictures: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    filter: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    enabled: Mapped[bool]


class CameraStateRow(Base):
    """What a camera is doing. Written by inference; outlives the camera's row."""

    __tablename__ = "camera_state"

    camera: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    detail: Mapped[str]
    since: Mapped[float]


class AppliedRow(Base):
    """The revision of the desired state that the worker runs for a camera."""

    __tablename__ = "applied_revision"

    camera: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]


class CameraRateRow(Base):
    """How a camera is read and what it gets (see `store.changes.Rate`). Written by inference."""

    __tablename__ = "camera_rate"

    camera: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str]
    why: Mapped[str]
    wanted: Mapped[float]
    reached: Mapped[float | None]
    shed: Mapped[float | None]
    at: Mapped[float]


class IntervalRow(Base):
    """From `began` to `ended` (None: still) an algorithm watched through a camera, or was blind.

    `seen_at` is the last heartbeat: what a crashed worker leaves open was true until then.
    """

    __tablename__ = "watch_interval"
    __table_args__ = (
        Index("ix_watch_interval_pair", "camera", "algorithm", "began"),
        Index("ix_watch_interval_ended", "ended"),
        Index(
            "ix_watch_interval_open",
            "camera",
            "algorithm",
            unique=True,
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    camera: Mapped[str]
    algorithm: Mapped[str]
    watching: Mapped[bool]
    because: Mapped[str]
    began: Mapped[float]
    ended: Mapped[float | None]
    seen_at: Mapped[float]


class EventRow(Base):
    """One event of the append-only log; `seq` is what cursors count in."""

    __tablename__ = "event_log"
    __table_args__ = (
        Index("ix_event_log_type", "type", "seq"),
        Index("ix_event_log_incident", "incident", "seq"),
        Index("ix_event_log_city", "seq", sqlite_where=text("city"), postgresql_where=text("city")),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(Counter, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    source: Mapped[str]
    subject: Mapped[str]
    time: Mapped[str]
    data: Mapped[dict[str, Any]]
    incident: Mapped[str]
    city: Mapped[bool]


class ConsumerRow(Base):
    """A consumer of the log: how far it is, and who reads for it until when.

    `replay` is a second cursor while a replay runs, behind `cursor`, which then stays.
    """

    __tablename__ = "consumer"

    name: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[int]
    replay: Mapped[int | None]
    lease_owner: Mapped[str]
    lease_until: Mapped[float]


class DeadLetterRow(Base):
    """An event that a consumer will not get, and why; `again`: it is to be tried once more."""

    __tablename__ = "dead_letter"
    __table_args__ = (UniqueConstraint("consumer", "event_id"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    consumer: Mapped[str]
    seq: Mapped[int]
    event_id: Mapped[str]
    why: Mapped[str]
    at: Mapped[float]
    again: Mapped[bool] = mapped_column(server_default=false())


class AuditRow(Base):
    """One link of the audit chain: `hash` covers this row and `prev`, the hash before it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_actor", "actor", "n"),
        Index("ix_audit_action", "action", "n"),
        Index("ix_audit_object", "object", "n"),
        Index("ix_audit_people", "n", sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE),
    )

    n: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=False)
    at: Mapped[float]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    detail: Mapped[dict[str, Any]]
    prev: Mapped[str]
    hash: Mapped[str]
