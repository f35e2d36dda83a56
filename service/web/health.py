"""Is the process alive, can the installation do its work, and what it has counted."""

from __future__ import annotations

import os

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.flows.health import readiness
from service.flows.services import Services


def create_health(services: Services) -> Blueprint:
    """``/healthz``, ``/readyz`` and ``/metrics``."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @health.get("/readyz")
    def readyz() -> tuple[Response, int]:
        state = readiness(services)
        answer = jsonify(
            ready=state.ready,
            database=state.database,
            broker=state.broker,
            worker=state.worker,
            worker_seconds=state.worker_seconds,
        )
        return answer, 200 if state.ready else 503

    @health.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(_all_processes()), content_type=CONTENT_TYPE_LATEST)

    return health


def _all_processes() -> CollectorRegistry:
    """This process's counters, or those of all web processes where ``tandem web`` shares them."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
