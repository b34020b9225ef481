"""Figures for Prometheus, read from the database when asked, so that every process tells the same."""

from collections.abc import Iterable

from django.db import connection
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Jobs:
    """Jobs of the queue by state, and the age of the oldest that waits."""

    def collect(self) -> Iterable[Metric]:
        by_state = GaugeMetricFamily("okibi_jobs", "Background jobs by state", labels=["status"])
        oldest = GaugeMetricFamily("okibi_job_oldest_seconds", "Age of the oldest job that is due and waits")
        with connection.cursor() as cursor:
            cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
            for status, number in cursor.fetchall():
                by_state.add_metric([status], number)
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0)"
                " FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
                " WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
            )
            oldest.add_metric([], float(cursor.fetchone()[0]))
        return [by_state, oldest]


def render() -> bytes:
    """The page for Prometheus."""
    registry = CollectorRegistry()
    registry.register(Jobs())
    ProcessCollector(registry=registry)
    return generate_latest(registry)
