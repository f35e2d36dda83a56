"""The phone page of the local run: type as a parent, watch the clinic's texts arrive."""

from __future__ import annotations

from service.local.simulator.page import JumpResult, create_simulator

__all__ = ["JumpResult", "create_simulator"]
