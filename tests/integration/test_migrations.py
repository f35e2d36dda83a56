"""The schema: up, down, up again, and equal to what the models say."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from service.store.migrate import differences, downgrade, upgrade


def test_the_schema_goes_up_and_down_and_up_and_matches_the_models(
    empty_database_url: str,
) -> None:
    upgrade(empty_database_url)
    assert differences(empty_database_url) == ""
    downgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty_database_url)
    assert "texts" in inspect(engine).get_table_names()
    engine.dispose()


def test_the_consent_ledger_refuses_to_be_rewritten(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clinics (name, time_zone, phone, booking_link, offers)"
                " VALUES ('A', 'UTC', '1', '', '{OT}');"
                "INSERT INTO contacts (clinic_id, number_hash, language)"
                " SELECT id, 'x', 'en' FROM clinics;"
                "INSERT INTO consents (clinic_id, contact_id, event, method, occurred_at)"
                " SELECT clinic_id, id, 'revoked', 'reply', now() FROM contacts"
            )
        )
    for rewriting in ("UPDATE consents SET event = 'granted'", "DELETE FROM consents"):
        with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(rewriting))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM contacts"))  # a family that asked to be forgotten
        assert connection.scalar(text("SELECT count(*) FROM consents")) == 0
    engine.dispose()


def test_every_row_about_a_family_names_its_clinic(database_url: str) -> None:
    engine = create_engine(database_url)
    tables = set(inspect(engine).get_table_names()) - {
        "alembic_version", "clinics", "packs", "heartbeats",
    }  # fmt: skip
    without = {
        table
        for table in tables
        if not any(
            column["name"] == "clinic_id" and not column["nullable"]
            for column in inspect(engine).get_columns(table)
        )
    }
    engine.dispose()
    assert without == set()
