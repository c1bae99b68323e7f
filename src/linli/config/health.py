"""What machines ask: alive? ready? how is it going?"""

import os
from collections.abc import Iterator

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

LOOPBACK = ("127.0.0.1", "::1")


@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def readyz(_request: HttpRequest) -> JsonResponse:
    """The database answers and has the schema this version needs; 503 until then."""
    try:
        missing = missing_migrations()
    except OperationalError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    answer = {"ready": not missing, "database": "ok", "migrations_missing": len(missing)}
    return JsonResponse(answer, status=200 if not missing else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters for Prometheus: with the token of ``LINLI_METRICS_TOKEN``, or unasked on loopback without a proxy."""
    if not _may_scrape(request):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped there
    queues = CollectorRegistry()
    queues.register(Queues())
    return HttpResponse(generate_latest(registry) + generate_latest(queues), content_type=CONTENT_TYPE_LATEST)


_known_complete: list[bool] = []


def missing_migrations() -> list[str]:
    """Migrations not applied yet. Once none is missing that stays true for this process."""
    if _known_complete:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        _known_complete.append(True)
    return [str(migration) for migration, _ in plan]


class Queues(Collector):
    """How much waits for the worker, asked of the database at the time of the scrape."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("linli_jobs", "Jobs by status", labels=["status"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
            for status, count in cursor.fetchall():
                jobs.add_metric([status], count)
        yield jobs


def _may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers
