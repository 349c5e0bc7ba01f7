"""`snowgrid setup-influxdb`: buckets, databases and tokens, made once and no wider than needed."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingest.errors import ConfigError
from snowgrid.__main__ import app
from snowgrid.deployment.influxdb_api import InfluxdbAdmin, TokenRefused
from tests.deployment.influxdb_admin import FakeInfluxdb2
from tests.servers.influxdb2 import RealInfluxdb2

ADMIN_TOKEN = "the administrator's"


@pytest.fixture(
    params=[{}, {"tells_tokens": False}, {"maps_buckets": False}], ids=["2.7", "2.9", "2.0"]
)
def server(request: pytest.FixtureRequest) -> Iterator[FakeInfluxdb2]:
    with FakeInfluxdb2(**request.param) as fake:
        yield fake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, secret in {"token": ADMIN_TOKEN, "password": "long enough"}.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(secret + "\n")
    return tmp_path


def setup(url: str, folder: Path, *arguments: str, password: bool = True) -> Result:
    options = {
        "--url": url,
        "--admin-token-file": folder / "token",
        "--ingest-token-file": folder / "tokens/ingest/token",
        "--grafana-token-file": folder / "tokens/grafana/token",
    }
    if password:
        options["--admin-password-file"] = folder / "password"
    pairs = [str(part) for pair in options.items() for part in pair]
    return CliRunner().invoke(app, ["setup-influxdb", *pairs, *arguments])


def token(folder: Path, whose: str) -> str:
    return (folder / "tokens" / whose / "token").read_text().strip()


def test_a_new_server_gets_buckets_databases_and_two_narrow_tokens(server, folder):
    result = setup(server.url, folder)
    assert result.exit_code == 0, result.output
    kept = {
        each["name"]: each["retentionRules"][0]["everySeconds"] for each in server.state.buckets
    }
    assert kept == {"telemetry": 30 * 86_400, "telemetry_rollup": 1_826 * 86_400}
    ingest, grafana = token(folder, "ingest"), token(folder, "grafana")
    for bucket in kept:
        assert server.may(ingest, "read", bucket)
        assert server.may(ingest, "write", bucket)
        assert server.may(grafana, "read", bucket)
        assert not server.may(grafana, "write", bucket)
    for secret in (ingest, grafana):
        with pytest.raises(TokenRefused):
            InfluxdbAdmin(server.url, secret).organisation("snowgrid")
    (org_id,) = server.state.orgs.values()
    org = InfluxdbAdmin(server.url, ADMIN_TOKEN).organisation("snowgrid")
    assert org
    assert org.id == org_id


def test_it_says_what_it_did_and_shows_no_secret(server, folder):
    output = setup(server.url, folder).output
    for line in (
        "made   organisation snowgrid and its first user, admin",
        "made   bucket telemetry_rollup, kept for 1826 days",
        "kept   bucket telemetry, kept for 30 days",
        "InfluxQL database telemetry_rollup",
        "made   token 'snowgrid ingest' (read and write telemetry and telemetry_rollup)",
    ):
        assert line in output
    for secret in (token(folder, "ingest"), token(folder, "grafana"), ADMIN_TOKEN, "long enough"):
        assert secret not in output


def test_the_second_time_it_changes_nothing(server, folder):
    setup(server.url, folder)
    tokens, changes = (token(folder, "ingest"), token(folder, "grafana")), server.changes
    again = setup(server.url, folder)
    assert {line.partition(" ")[0] for line in again.output.splitlines()} == {"kept"}
    assert server.changes == changes
    assert (token(folder, "ingest"), token(folder, "grafana")) == tokens


def test_tokens_are_readable_by_their_owner_alone(server, folder):
    setup(server.url, folder)
    for path in (folder / "tokens").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("damage", ["missing", "another", "revoked", "wider"])
def test_a_token_that_does_not_fit_is_replaced_and_the_old_one_is_worth_nothing(
    server, folder, damage
):
    setup(server.url, folder)
    old, file = token(folder, "ingest"), folder / "tokens/ingest/token"
    (known,) = [a for a in server.state.authorizations if a["description"] == "snowgrid ingest"]
    if damage == "missing":
        file.unlink()
    elif damage == "another":
        file.write_text("made by nobody\n")
    elif damage == "revoked":
        known["status"] = "inactive"
    else:
        known["permissions"].append({"action": "write", "resource": {"type": "orgs"}})
    result = setup(server.url, folder)
    assert "made   token 'snowgrid ingest'" in result.output
    assert "kept   token 'snowgrid grafana'" in result.output
    assert server.may(token(folder, "ingest"), "write", "telemetry")
    assert not server.may(old, "read", "telemetry")


def test_a_retention_that_is_another_is_set_and_told(server, folder):
    setup(server.url, folder)
    result = setup(server.url, folder, "--raw-days", "90")
    assert "set    bucket telemetry, kept for 90 days (was 30 days)" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--org", "elsewhere"), "organisation 'elsewhere' is not there"),
        (("--url", "influxdb:8086"), "--url influxdb:8086: want a URL"),
        (("--url", "http://127.0.0.1:1"), "cannot be reached"),
        (("--admin-token-file", "none"), "--admin-token-file: none cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(server, folder, arguments, said):
    setup(server.url, folder)
    error = setup(server.url, folder, *arguments).exception
    assert isinstance(error, ConfigError)
    assert said in str(error)


def test_a_wrong_administrator_s_token_is_told(server, folder):
    setup(server.url, folder)
    (folder / "token").write_text("wrong\n")
    error = setup(server.url, folder).exception
    assert isinstance(error, TokenRefused)
    assert "--admin-token-file" in str(error)


def test_a_new_server_is_not_set_up_without_a_password(server, folder):
    error = setup(server.url, folder, password=False).exception
    assert "--admin-password-file" in str(error)
    assert not server.state.orgs


def test_a_real_server_is_set_up_alike(folder):
    real = RealInfluxdb2.from_environment(os.environ)
    if real is None:
        pytest.skip("SNOWGRID_TEST_INFLUXDB_URL names no InfluxDB 2")
    (folder / "token").write_text(real.token + "\n")
    name = f"setup_{secrets.token_hex(4)}"
    options = ["--org", real.org, "--raw-bucket", name, "--rollup-bucket", f"{name}_rollup"]
    first, second = (setup(real.url, folder, *options, password=False) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert f"made   bucket {name}, kept for 30 days" in first.output
    assert {line.partition(" ")[0] for line in second.output.splitlines()} == {"kept"}
