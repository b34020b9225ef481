"""Figures for Prometheus, read from the database when asked, so that every process tells the same."""

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector

from okibi.kernel import standing

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Jobs:
    """Jobs of the queue by state, and the age of the oldest that waits."""

    def collect(self) -> Iterable[Metric]:
        by_state = GaugeMetricFamily("okibi_jobs", "Background jobs by state", labels=["status"])
        oldest = GaugeMetricFamily("okibi_job_oldest_seconds", "Age of the oldest job that is due and waits")
        now = standing.jobs()
        by_state.add_metric(["todo"], now.waiting)
        by_state.add_metric(["doing"], now.running)
        by_state.add_metric(["failed"], now.failed)
        oldest.add_metric([], now.oldest.total_seconds())
        stalled = GaugeMetricFamily("okibi_jobs_stalled", "Of the jobs being done, those without a living worker")
        stalled.add_metric([], now.stalled)
        workers = GaugeMetricFamily("okibi_workers", "Workers that gave a sign of life lately")
        workers.add_metric([], standing.workers().alive)
        return [by_state, oldest, stalled, workers]


def render() -> bytes:
    """The page for Prometheus."""
    registry = CollectorRegistry()
    registry.register(Jobs())
    ProcessCollector(registry=registry)
    return generate_latest(registry)
