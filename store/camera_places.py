"""Where incidents are: the cameras of a list of ids, also of those that are gone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, select

from events.payload import CameraPlace
from store.announce import place_of
from store.database import reading
from store.tables import CameraRow


def camera_places(engine: Engine, ids: Iterable[str]) -> dict[str, CameraPlace]:
    """Return the place of each camera by id; of a removed one only the id is known."""
    wanted = set(ids)
    with reading(engine) as session:
        rows = session.scalars(select(CameraRow).where(CameraRow.id.in_(wanted)))
        return {id: CameraPlace(id=id) for id in wanted} | {row.id: place_of(row) for row in rows}
