"""Runs librdkafka's mock cluster until it is killed: python -m tests...mock_kafka FILE."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from confluent_kafka import Producer


def main(told: Path) -> None:
    """Write the brokers' addresses into a file, then keep them alive."""
    holder = Producer({"test.mock.num.brokers": 3})
    brokers = holder.list_topics(timeout=10).brokers.values()
    hosts = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    unfinished = told.with_suffix(".part")
    unfinished.write_text(hosts)
    unfinished.rename(told)
    signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
