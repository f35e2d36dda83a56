"""Everything a run stands on: servers, the faulty carriers, a clinic, the supervised product."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from config.settings import load_settings
from service.channels.mail_tokens import MailTokens
from service.compose import build_services
from service.flows.onboarding import open_clinic
from service.flows.services import Services
from service.store.models import Sender
from tests.faults.carrier import FaultyCarrier
from tests.faults.families import CLINIC_ZONE
from tests.faults.hours import packs_of_a_run
from tests.faults.launch import CLOSES, HURRY
from tests.faults.mail_server import FaultyMailServer
from tests.faults.mailboxes import Mailboxes
from tests.faults.points import FOLDER, ControlFolder
from tests.faults.provider_api import ProviderApi
from tests.faults.rates import Dice
from tests.faults.supervisor import Supervisor
from tests.faults.truth import Notebook
from tests.faults.zones import Zones, zones_at
from tests.support.folders import open_temporary_folder
from tests.support.guardian import Guardian
from tests.support.installation import (
    CLINIC,
    CLINIC_NUMBER,
    MAIL_SECRET,
    email_settings,
    environment_for,
)
from tests.support.mail import CLINIC_ADDRESS
from tests.support.postgres import PrivatePostgres, migrate
from tests.support.redis import RedisServer

PATIENT = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""The carrier's waits between its tries of a webhook: a minute in all."""
IMPATIENT = (0.5, 1.0)
_ANY_PACE = 1000.0
"""The senders' pace is not what is tried here."""


@dataclass(frozen=True)
class Rig:
    """The parts. The rig's own ``services`` reach the database directly and are never killed."""

    seed: int
    chance: random.Random
    zones: Zones
    dice: Dice
    services: Services
    clinic_id: int
    notebook: Notebook
    """What both carriers remember."""
    carrier: FaultyCarrier
    mail_server: FaultyMailServer
    mailboxes: Mailboxes
    supervisor: Supervisor
    control: ControlFolder
    postgres: PrivatePostgres
    redis: RedisServer
    folder: Path
    broken: list[str]
    """What went wrong in threads of the rig itself: such a run proves nothing."""


@contextmanager
def rigged(
    postgres: PrivatePostgres,
    redis: RedisServer,
    guardian: Guardian,
    folder: Path,
    *,
    seed: int,
    retries: tuple[float, ...] = PATIENT,
    closing_in: timedelta = timedelta(minutes=2),
    in_a_hurry: bool = False,
) -> Iterator[Rig]:
    """A migrated database, a clinic with a number and an address, the product's five processes.

    All of it ends afterwards. The sending hours of one zone end ``closing_in`` from now.
    """
    migrate(postgres.url)
    dice = Dice(seed)
    notebook = Notebook()
    carrier = FaultyCarrier(dice, retries, notebook)
    api = ProviderApi(carrier, dice)
    environment = environment_for(postgres.url, redis.url, api.address)
    tokens = MailTokens(environment["SECRET_KEY"])
    mail_server = FaultyMailServer(dice, notebook, tokens)
    environment |= email_settings(mail_server.url)
    mailboxes = Mailboxes(
        f"{environment['PUBLIC_BASE_URL']}/webhooks/email",
        MAIL_SECRET,
        CLINIC_ADDRESS,
        dice,
        notebook,
        tokens,
    )
    carrier.own(CLINIC_NUMBER, f"{environment['PUBLIC_BASE_URL']}/webhooks/twilio/sms")
    zones = zones_at(datetime.now(UTC), closing_in)
    packs = packs_of_a_run(zones.closes)
    services = replace(build_services(load_settings(environment), pool_size=4), packs=packs)
    control = ControlFolder(folder / "control")
    logs = folder / "logs"
    logs.mkdir()
    environment |= {
        FOLDER: str(control.folder),
        CLOSES: zones.closes.isoformat("minutes"),
        HURRY: "1" if in_a_hurry else "",
    }
    supervisor = Supervisor(logs, guardian, environment, notebook.note_broke)
    broken: list[str] = []
    usual = threading.excepthook

    def note(fault: threading.ExceptHookArgs) -> None:
        broken.append(f"{fault.thread.name if fault.thread else '?'}: {fault.exc_value!r}")
        usual(fault)

    threading.excepthook = note
    try:
        yield Rig(
            seed,
            random.Random(seed),
            zones,
            dice,
            services,
            _clinic(services),
            notebook,
            carrier,
            mail_server,
            mailboxes,
            supervisor,
            control,
            postgres,
            redis,
            folder,
            broken,
        )
    finally:
        threading.excepthook = usual
        supervisor.close()
        api.close()
        carrier.close()
        mailboxes.close()
        mail_server.close()
        services.database.close()


@contextmanager
def rigged_alone(*, seed: int, retries: tuple[float, ...] = PATIENT) -> Iterator[Rig]:
    """The same on a PostgreSQL and a Redis of its own, for a program that is no test."""
    guardian = Guardian()
    try:
        folder = open_temporary_folder(guardian)
        with PrivatePostgres(guardian) as postgres:
            redis = RedisServer(guardian)
            try:
                with rigged(postgres, redis, guardian, folder, seed=seed, retries=retries) as rig:
                    yield rig
            finally:
                redis.stop()
    finally:
        guardian.close()


def _clinic(services: Services) -> int:
    clinic_id = open_clinic(
        services,
        name=CLINIC,
        number=CLINIC_NUMBER,
        phone="(312) 555-0142",
        time_zone=CLINIC_ZONE,
        booking_link="https://sunnydays.example/book",
        offers=("OT", "PT"),
        messaging_service_sid=None,
    )
    with services.database.transaction() as session:
        session.execute(update(Sender).values(segments_per_second=_ANY_PACE))
    return clinic_id
