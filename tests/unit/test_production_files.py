"""The files an operator deploys with say what the command line and the settings really know."""

from __future__ import annotations

import ipaddress
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from config.settings import Settings, load_settings
from service.cli import tandem

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
LONG_RUNNING = tuple(name for name in SERVICES if name != "migrate")
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")
PAGES = sorted(
    [
        *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(PROJECT / "docs").rglob("*.md"),
    ]
)
SETTINGS = {
    str(field.validation_alias or name.upper()): field.is_required()
    for name, field in Settings.model_fields.items()
}
SECRETS = ("SECRET_KEY", "ENCRYPTION_KEYS", "TWILIO_AUTH_TOKENS", "POSTGRES_PASSWORD", "SMTP_URL")
_FROM_OUTSIDE = re.compile(r"\$\{([A-Z_]+)(:[?-])([^}]*)\}")

_COMMAND = re.compile(
    r"(?:^ *(?:\$ )?|`)(?:\.venv/bin/|docker run --rm )?"
    r"(?:tandem(?::\S+)? )([a-z][^`\n|<>;]*)",
    re.MULTILINE,
)
_IN_COMPOSE = re.compile(r"docker compose run --rm migrate ([a-z][^`\n|<>;]*)")


def parse(words: list[str]) -> click.Context:
    """Parse a command line as ``tandem`` does, without running it. Raises where it is wrong."""
    command: click.Command = tandem
    context = click.Context(tandem)
    while isinstance(command, click.Group):
        assert words, "a group of commands is not a command"
        found = command.get_command(context, words[0])
        assert found is not None, f"tandem has no command '{words[0]}'"
        command, words = found, words[1:]
    return command.make_context(command.name, list(words), parent=context)


def is_every_address(web: click.Context) -> bool:
    return ipaddress.ip_address(web.params["host"]).is_unspecified


def procfile() -> dict[str, list[str]]:
    lines = (PROJECT / "Procfile").read_text("utf-8").splitlines()
    return {name: shlex.split(rest) for name, _, rest in (line.partition(":") for line in lines)}


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_the_compose_file_runs_every_part_of_the_service() -> None:
    assert set(SERVICES) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_the_compose_file_exists(name: str) -> None:
    assert parse(SERVICES[name]["command"]).info_name == name


@pytest.mark.parametrize("name", ["release", "web", "worker", "beat"])
def test_every_command_of_the_procfile_exists(name: str) -> None:
    first, *words = procfile()[name]
    assert first == "tandem"
    assert parse(words).info_name == ("migrate" if name == "release" else name)


def test_the_command_of_the_image_exists() -> None:
    assert yaml.safe_load(instructions("ENTRYPOINT")[-1]) == ["tandem"]
    assert is_every_address(parse(yaml.safe_load(instructions("CMD")[-1])))


def test_inside_a_container_the_web_server_can_be_reached_from_outside_it() -> None:
    for words in (SERVICES["web"]["command"], procfile()["web"][1:]):
        assert is_every_address(parse(words))


def test_only_this_machine_reaches_what_is_published() -> None:
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert set(published) == {"web"}
    assert published["web"] == ["127.0.0.1:${PORT:-8000}:8000"]


def test_nothing_starts_before_the_schema_is_up_to_date() -> None:
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == waits["redis"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", ["postgres", "redis", "web"])
def test_what_others_or_the_carrier_wait_for_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"timeout", "interval", "retries"} <= set(check)


def test_the_web_server_is_asked_for_health_by_what_is_in_the_image() -> None:
    program, flag, script = SERVICES["web"]["healthcheck"]["test"][1:]
    assert (program, flag) == ("python", "-c")
    compile(script, "health check", "exec")
    assert "http://127.0.0.1:8000/healthz" in script


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_what_dies_comes_back_by_itself(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_signals_reach_our_processes_and_they_run_with_no_rights(name: str) -> None:
    each = SERVICES[name]
    assert each["init"] is True
    assert each["read_only"] is True
    assert each["cap_drop"] == ["ALL"]


def test_the_worker_has_time_to_finish_what_it_began() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) >= 30
    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > 20


@pytest.mark.parametrize("name", OURS)
def test_every_setting_reaches_every_part(name: str) -> None:
    assert set(SERVICES[name]["environment"]) - {"HOME"} == set(SETTINGS) - {"TANDEM_LOCAL"}


def test_a_missing_required_setting_stops_compose_with_a_word_on_how_to_set_it() -> None:
    asked = {"POSTGRES_PASSWORD"} | {name for name, required in SETTINGS.items() if required}
    asked -= {"DATABASE_URL", "REDIS_URL"}  # they name the two servers of this very file
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    found = {name: hint for name, kind, hint in _FROM_OUTSIDE.findall(text) if kind == ":?"}
    assert set(found) == asked
    assert all(hint.startswith("set it in .env") for hint in found.values())


def test_with_an_operators_values_the_settings_are_accepted() -> None:
    given = {
        "POSTGRES_PASSWORD": "0a1b2c",
        "PUBLIC_BASE_URL": "https://tandem.example",
        "SECRET_KEY": "0" * 64,
        "ENCRYPTION_KEYS": "A" * 43 + "=",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKENS": "2" * 32,
    }
    environment = {
        name: _FROM_OUTSIDE.sub(lambda m: given.get(m[1], m[3] if m[2] == ":-" else ""), value)
        for name, value in SERVICES["web"]["environment"].items()
    }
    settings = load_settings(environment)
    assert settings.port == 8000
    assert settings.database_url.endswith("@postgres:5432/tandem")
    assert not settings.local


def test_no_secret_stands_in_a_file() -> None:
    for name in ("docker-compose.yml", "Procfile", "Dockerfile"):
        for line in (PROJECT / name).read_text("utf-8").splitlines():
            for secret in SECRETS:
                _, found, value = line.partition(f"{secret}:")
                if found and not line.strip().startswith("#"):
                    assert "${" in line, f"{name}: {value}"
            assert not re.search(r"^(ENV|ARG)\s.*(KEY|TOKEN|PASSWORD|SECRET)", line), line


def test_the_image_holds_only_checked_libraries_and_runs_as_nobody() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert instructions("USER")[-1] not in ("root", "0")
    assert DOCKERFILE.index("\nUSER") > DOCKERFILE.rindex("\nRUN")


def test_the_image_holds_what_it_needs_and_no_file_of_ours_besides() -> None:
    copied = {source for line in instructions("COPY") for source in line.split()[:-1]}
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored, "everything is kept out, but for:"
    assert copied == {line[1:] for line in ignored if line.startswith("!")}
    assert all((PROJECT / source).exists() for source in copied)
    assert {"config", "templates"} <= copied


def test_the_operating_guide_explains_every_setting() -> None:
    guide = (PROJECT / "docs" / "operating.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", guide, re.MULTILINE))
    assert explained == set(SETTINGS) - {"TANDEM_LOCAL"} | {"TANDEM_HOME"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_pages_name_only_commands_and_pages_that_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for written in [*_COMMAND.findall(text), *_IN_COMPOSE.findall(text)]:
        words = shlex.split(written, comments=True)
        command: click.Command | None = tandem
        while isinstance(command, click.Group) and words:
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None, f"tandem {written}"
        options = {option for each in getattr(command, "params", ()) for option in each.opts}
        named = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert named <= options | {"--help"}, f"tandem {written}"
    for target in re.findall(r"\]\(([^)#]+\.md)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
