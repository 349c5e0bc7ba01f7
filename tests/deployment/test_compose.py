"""docker-compose.yml: right, complete, and as closed as it says."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml
from aiohttp import web
from typer.testing import CliRunner

from ingest.settings import load_settings
from snowgrid.__main__ import COMMANDS, app
from snowgrid.cli.lazy import Deferred
from snowgrid.commands.setup_influxdb import setup_influxdb
from tests.deployment.stack import ROOT, DeployedAlertmanager
from tests.servers.in_thread import ServerThread
from tests.servers.process import Launch

TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
SCHEMA = Path(__file__).parent / "schemas/compose-spec.json"
STACK: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
ONE_SHOT = {"volumes", "setup"}
LASTING = sorted(SERVICES.keys() - ONE_SHOT)
OWN = sorted(name for name, each in SERVICES.items() if "build" in each and name != "volumes")
PATH = re.compile(r"/(?:run|etc/snowgrid|var/lib/snowgrid)/[\w./-]+")
MADE_BY_SETUP = {"token"}


def binds(service: Mapping[str, Any]) -> dict[str, str]:
    """Return host paths by container path."""
    return {v["target"]: v["source"] for v in service["volumes"] if v["type"] == "bind"}


def on_the_host(source: str, deployment: Path) -> Path:
    """Return where a bind's source is: secrets in the deployment, the rest in the sources."""
    return (deployment if source.startswith("./secrets") else ROOT) / source


def test_it_is_what_the_compose_specification_says():
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(STACK)


def test_everything_mounted_is_there_after_init(deployment: Path):
    for service in SERVICES.values():
        for source in binds(service).values():
            assert on_the_host(source, deployment).exists(), source


def paths_named(service: Mapping[str, Any], deployment: Path) -> Iterator[str]:
    """Yield the paths that a service's command, variables and small files speak of."""
    spoken = [service.get("command", []), service.get("environment", {}), service["healthcheck"]]
    yield from PATH.findall(json.dumps(spoken))
    for source in binds(service).values():
        host = on_the_host(source, deployment)
        files = [host] if host.is_file() else host.rglob("*.y*ml")
        for file in files:
            if file.name != "rules.yaml":
                yield from PATH.findall(file.read_text("utf-8"))


@pytest.mark.parametrize("name", LASTING)
def test_every_path_that_a_service_is_told_is_mounted_and_there(name: str, deployment: Path):
    service = SERVICES[name] | {"healthcheck": SERVICES[name].get("healthcheck", {})}
    mounted = binds(service)
    volumes = {v["target"] for v in service["volumes"] if v["type"] == "volume"}
    for path in paths_named(service, deployment):
        if any(path.startswith(volume) for volume in volumes) or path in mounted:
            continue
        target = next((t for t in mounted if path.startswith(f"{t}/")), None)
        assert target, f"{name}: {path} is not mounted"
        file = on_the_host(mounted[target], deployment) / path.removeprefix(f"{target}/")
        assert file.exists() or file.name in MADE_BY_SETUP, f"{name}: {file}"


def test_nobody_sees_the_authority_s_key_nor_another_s_secrets():
    seen = {name: set(binds(each).values()) for name, each in SERVICES.items()}
    for name, sources in seen.items():
        secrets = {source for source in sources if source.startswith("./secrets")}
        assert not any(source in {"./secrets", "./secrets/ca"} for source in secrets)
        for other, theirs in seen.items():
            shared = secrets & theirs
            assert name == other or not shared, f"{name} and {other} share {shared}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_closed(name: str):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    for volume in service["volumes"]:
        assert volume["type"] in {"bind", "volume"}
        if volume["type"] == "bind":
            assert volume["bind"] == {"create_host_path": False}
            assert volume.get("read_only") or (name, volume["target"]) == ("setup", "/run/tokens")


def test_nobody_is_root_but_the_one_who_gives_volumes_away():
    for name, service in SERVICES.items():
        if name != "volumes":
            assert re.fullmatch(r"\$\{SNOWGRID_UID:\?.*\}:\$\{SNOWGRID_GID:\?.*\}", service["user"])
            assert "cap_add" not in service
    assert SERVICES["volumes"]["network_mode"] == "none"
    given = {v["source"] for v in SERVICES["volumes"]["volumes"]}
    assert given == set(STACK["volumes"])


def test_only_grafana_and_the_tls_port_are_published():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "mosquitto": ["8883:8883"],
        "grafana": ["${SNOWGRID_GRAFANA_ADDRESS:-127.0.0.1}:3000:3000"],
    }
    for name in ("influxdb", "snowgrid", "setup", "simulator"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert STACK["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_by_version(name: str):
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_started_again_and_says_whether_it_is_well(name: str):
    assert SERVICES[name]["restart"] == "unless-stopped"
    if name != "simulator":
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_services_wait_until_what_they_need_is_well():
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            one_shot = needed in ONE_SHOT
            wanted = "service_completed_successfully" if one_shot else "service_healthy"
            assert how == {"condition": wanted}


def test_no_secret_stands_in_it_and_grafana_lets_nobody_in_without_one():
    for service in SERVICES.values():
        for variable in service.get("environment", {}):
            assert not re.search(r"PASSWORD$|TOKEN$|SECRET$", variable)
    grafana = SERVICES["grafana"]["environment"]
    assert grafana["GF_AUTH_ANONYMOUS_ENABLED"] == grafana["GF_USERS_ALLOW_SIGN_UP"] == "false"
    assert grafana["GF_SECURITY_ADMIN_PASSWORD__FILE"].startswith("/run/secrets/")


def test_a_variable_without_a_default_is_one_that_init_writes(tmp_path: Path):
    CliRunner().invoke(app, ["init", "--dir", str(tmp_path), "--fleet", "langfang"])
    written = set(re.findall(r"^(\w+)=", (tmp_path / ".env").read_text(), re.MULTILINE))
    wanted = set(re.findall(r"\$\{(\w+)(?::\?[^}]*)?\}", TEXT))
    assert wanted <= written


@pytest.mark.parametrize("name", OWN)
def test_the_command_takes_the_options_that_it_is_given(name: str):
    words = SERVICES[name].get("command") or ["ingest", "--config", "/etc/snowgrid/snowgrid.toml"]
    entry = next(each for each in COMMANDS if each.name == words[0])
    command = Deferred(entry).load()
    context = command.make_context(words[0], [str(word) for word in words[1:]])
    assert context.params


def test_the_service_s_settings_are_right():
    settings = load_settings(ROOT / "deploy/snowgrid.toml", env={})
    assert settings.mqtt.tls.enabled
    assert settings.mqtt.host in SERVICES
    for url in (settings.store.influxdb.url, settings.alerts.alertmanager_url or ""):
        assert re.sub(r"https?://|:\d+", "", url) in SERVICES


def test_the_database_keeps_readings_as_long_as_the_service_takes_them():
    settings = load_settings(ROOT / "deploy/snowgrid.toml", env={})
    command = typer.main.get_command(_alone())
    days = {each.name: each.default for each in command.params}
    assert float(str(days["raw_days"])) >= settings.validation.retention_days


def _alone() -> typer.Typer:
    alone = typer.Typer()
    alone.command()(setup_influxdb)
    return alone


def test_the_image_holds_every_package_and_nothing_else():
    dockerfile = (ROOT / "deploy/Dockerfile").read_text("utf-8")
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
    wanted = set(packages["build"]["targets"]["wheel"]["packages"])
    assert set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE)) == wanted
    ignored = (ROOT / "deploy/Dockerfile.dockerignore").read_text("utf-8")
    allowed = set(re.findall(r"^!(\S+)", ignored, re.MULTILINE))
    assert wanted <= allowed
    assert allowed - wanted == {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"}
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", base) for base in bases)
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")
def test_alertmanager_s_configuration_is_right():
    file = ROOT / "deploy/alertmanager/alertmanager.yml"
    done = subprocess.run(["amtool", "check-config", file], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def health_check(name: str, *changes: tuple[str, str]) -> list[str]:
    """Return a service's health check, changed to look elsewhere."""
    command: list[str] = SERVICES[name]["healthcheck"]["test"][1:]
    for old, new in changes:
        assert any(old in word for word in command)
        command = [word.replace(old, new) for word in command]
    return command


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")
def test_alertmanager_s_health_check_passes_only_while_it_runs(tmp_path: Path, launch: Launch):
    server = launch(DeployedAlertmanager(tmp_path / "alertmanager"))
    command = health_check("alertmanager", ("9093", str(server.port)))
    assert subprocess.run(command, check=False, capture_output=True, timeout=20).returncode == 0
    server.stop()
    assert subprocess.run(command, check=False, capture_output=True, timeout=20).returncode != 0


def test_snowgrid_s_health_check_passes_only_while_it_is_ready():
    answers = {"/readyz": 503}

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({}, status=answers["/readyz"])

    def make_app() -> web.Application:
        application = web.Application()
        application.router.add_get("/readyz", ready)
        return application

    with ServerThread(make_app) as server:
        command = health_check("snowgrid", ("9464", str(server.port)), ("python", sys.executable))
        assert subprocess.run(command, check=False, capture_output=True, timeout=20).returncode
        answers["/readyz"] = 200
        assert not subprocess.run(command, check=False, capture_output=True, timeout=20).returncode
