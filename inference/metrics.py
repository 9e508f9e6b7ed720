"""Prometheus metrics of the worker, read from the parts when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

if TYPE_CHECKING:
    from inference.worker import Worker


class WorkerCollector:
    """A prometheus_client collector over one worker. Register it in a registry of its own."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def collect(self) -> Iterator[Metric]:
        """Yield all metric families."""
        yield from self._cameras()
        yield from self._tasks()
        yield from self._models()
        yield from self._tap()
        spool = GaugeMetricFamily("sharp_spool_alerts", "Alerts that the database has not got yet")
        spool.add_metric([], len(self._worker.spool.waiting()))
        yield spool

    def _cameras(self) -> Iterator[Metric]:
        live = GaugeMetricFamily("sharp_camera_live", "1 while pictures come", labels=["camera"])
        age = GaugeMetricFamily(
            "sharp_camera_picture_age_seconds", "Age of the last picture", labels=["camera"]
        )
        dropped = CounterMetricFamily(
            "sharp_camera_pictures_dropped", "Pictures replaced by newer ones", labels=["camera"]
        )
        ring = GaugeMetricFamily(
            "sharp_camera_ring_bytes", "Bytes of packets kept for clips", labels=["camera"]
        )
        way = GaugeMetricFamily(
            "sharp_camera_way", "1 for the way pictures come in", labels=["camera", "way", "why"]
        )
        for camera, unit in self._worker.units.items():
            way.add_metric([camera, unit.entry.way, unit.entry.why], 1.0)
            live.add_metric([camera], float(unit.state is not None and unit.state.word == "live"))
            if unit.picture_age_s is not None:
                age.add_metric([camera], unit.picture_age_s)
            dropped.add_metric([camera], unit.slot.dropped)
            ring.add_metric([camera], unit.ring.size)
        yield from (live, age, dropped, ring, way)
        yield from self._rates()

    def _rates(self) -> Iterator[Metric]:
        """Yield the pictures a second that a camera's most demanding algorithm wants and gets."""
        texts = {"wanted": "wanted", "reached": "judged", "shed": "replaced by newer ones, unseen"}
        rates = self._worker.observer.rates
        for name, text in texts.items():
            family = GaugeMetricFamily(
                f"sharp_camera_{name}_pictures_per_second",
                f"Pictures a second that are {text}",
                labels=["camera"],
            )
            for camera, rate in rates.items():
                if (value := getattr(rate, name)) is not None:
                    family.add_metric([camera], value)
            yield family

    def _tasks(self) -> Iterator[Metric]:
        judged = CounterMetricFamily(
            "sharp_pictures_judged", "Pictures judged", labels=["camera", "algorithm"]
        )
        watching = GaugeMetricFamily(
            "sharp_watching", "1 while really looking", labels=["camera", "algorithm"]
        )
        period = GaugeMetricFamily(
            "sharp_wanted_period_seconds", "Wanted picture period", labels=["camera", "algorithm"]
        )
        for key, why in self._worker.observer.because().items():
            watching.add_metric(list(key), float(not why))
        for unit in self._worker.units.values():
            for runner in unit.runners:
                judged.add_metric(list(runner.key), runner.judged_count)
                period.add_metric(list(runner.key), runner.period_s)
        delays = self._worker.loop.judge.delays
        age = HistogramMetricFamily(
            "sharp_picture_judged_age_seconds",
            "Age of pictures when they had been judged, from their capture",
            buckets=delays.cumulative,
            sum_value=delays.sum_s,
        )
        yield from (judged, watching, period, age)

    def _models(self) -> Iterator[Metric]:
        pictures = CounterMetricFamily(
            "sharp_model_pictures", "Pictures inferred", labels=["model"]
        )
        spared = CounterMetricFamily(
            "sharp_model_pictures_unchanged",
            "Pictures spared: nothing had changed",
            labels=["model"],
        )
        batches = CounterMetricFamily("sharp_model_batches", "Batches run", labels=["model"])
        errors = CounterMetricFamily("sharp_model_errors", "Batches failed", labels=["model"])
        seconds = CounterMetricFamily(
            "sharp_model_seconds", "Seconds inside the runtime", labels=["model"]
        )
        for model, health in list(self._worker.engine.health.items()):
            pictures.add_metric([model], health.pictures)
            spared.add_metric([model], health.unchanged)
            batches.add_metric([model], health.batches)
            errors.add_metric([model], health.errors)
            seconds.add_metric([model], health.seconds)
        yield from (pictures, spared, batches, errors, seconds)

    def _tap(self) -> Iterator[Metric]:
        """Yield what the tap counts of each camera it reads."""
        if self._worker.ways is None:
            return
        texts = {
            "lost": "Packets that never came",
            "damaged": "Key pictures withheld because a part of them was lost",
            "wanted": "Key pictures that were chosen",
            "shed": "Chosen key pictures replaced by newer ones before they were decoded",
            "undecodable": "Chosen key pictures of which no sound picture came",
        }
        counts = self._worker.ways.tap.counts()
        for name, text in texts.items():
            family = CounterMetricFamily(f"sharp_tap_{name}", text, labels=["camera"])
            for camera, counted in counts.items():
                family.add_metric([camera], getattr(counted, name))
            yield family
