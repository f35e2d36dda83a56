"""A carrier of our own on loopback, for the local run and for tests.

It speaks the provider's wire format, so the ordinary client and the ordinary webhooks are what
is tried out: nothing in the product knows that it is talking to a simulation.
"""

from __future__ import annotations

from service.local.carrier.carrier import Delays, SimulatedCarrier
from service.local.carrier.log import Thread
from service.local.carrier.message import CarrierMessage, Direction, Media, Status
from service.local.carrier.server import RunningCarrier, create_carrier_app, serve

__all__ = [
    "CarrierMessage",
    "Delays",
    "Direction",
    "Media",
    "RunningCarrier",
    "SimulatedCarrier",
    "Status",
    "Thread",
    "create_carrier_app",
    "serve",
]
