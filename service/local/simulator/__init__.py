"""The phone and the mail pane of the local run: write as a parent, watch the answers arrive."""

from __future__ import annotations

from service.local.simulator.asking import JumpResult
from service.local.simulator.page import create_simulator

__all__ = ["JumpResult", "create_simulator"]
