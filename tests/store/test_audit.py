"""The audit chain shows that somebody changed it, and where."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from store import audit
from store.database import writing


@pytest.fixture
def chain(engine: Engine) -> Engine:
    """Five rows."""
    for n in range(5):
        with writing(engine) as session:
            audit.append(session, "li", "view", f"incident-{n}", {"n": n, "谁": {"b": 1, "a": 2.5}})
    return engine


def tamper(engine: Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(sql)


def test_an_honest_chain_is_whole(chain: Engine) -> None:
    assert audit.verify(chain) is None
    assert audit.verify(chain, audit.head(chain)) is None


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE audit SET actor = 'wang' WHERE n = 2", 2),
        ("UPDATE audit SET detail = '{\"n\":9}' WHERE n = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE n = 4", 4),
        ("UPDATE audit SET hash = prev WHERE n = 5", 5),
        ("DELETE FROM audit WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 3", 3),
        ("UPDATE audit SET n = 9 WHERE n = 5", 5),
    ],
)
def test_tampering_is_found_at_its_row(chain: Engine, sql: str, broken: int) -> None:
    tamper(chain, sql)
    assert audit.verify(chain) == broken


def test_an_anchor_shows_that_the_end_was_cut_off(chain: Engine) -> None:
    anchor = audit.head(chain)
    tamper(chain, "DELETE FROM audit WHERE n > 3")
    assert audit.verify(chain) is None
    assert audit.verify(chain, anchor) == 4


def test_an_anchor_shows_a_chain_made_anew(chain: Engine) -> None:
    anchor = audit.head(chain)
    tamper(chain, "DELETE FROM audit WHERE n > 4")
    with writing(chain) as session:
        audit.append(session, "li", "view", "another")
    assert audit.verify(chain) is None
    assert audit.verify(chain, anchor) == 5
