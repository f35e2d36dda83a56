"""Import what a start needs, so that Python compiles it once and for all, and compile the words."""

import importlib

for name in (
    "service.cli",
    "service.local.run",
    "service.web.app",
    "service.flows.outreach",
    "celery.concurrency.thread",
    "celery.fixups",
    "celery.loaders.app",
    "kombu.transport.memory",
    "kombu.transport.redis",
    "psycopg_binary",
    "sqlalchemy.dialects.postgresql.psycopg",
    "alembic.autogenerate",
    "twilio.rest.api.v2010.account.message",
    "phonenumbers.timezone",
    "phonenumbers.tzdata",
    "gunicorn.app.base",
    "gunicorn.workers.gthread",
    "rich.console",
    "rich.table",
):
    importlib.import_module(name)

importlib.import_module("config.packs").load_packs()
