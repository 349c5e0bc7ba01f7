"""`snowgrid init`: what it makes, keeps, adds, and never shows."""

import os
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from devices.fleets.fleet import Gateway
from devices.gateways.passwords import read_passwords
from ingest.errors import ConfigError
from snowgrid.__main__ import app
from snowgrid.deployment import layout
from snowgrid.deployment.certificates import ends_at, hosts_of
from snowgrid.deployment.folder import Fate, Owner
from snowgrid.deployment.making import Wanted, make_secrets
from snowgrid.deployment.mosquitto_users import lets_in, password_line
from snowgrid.deployment.owner import current_owner
from tests.deployment.stack import GATEWAYS, NOW, OURSELVES, made


def init(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        app,
        ["init", "--dir", str(folder), "--fleet", "langfang", *arguments],
        env={"COLUMNS": "200"},
    )


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_it_makes_every_file_of_the_layout_and_shows_no_secret(tmp_path):
    result = init(tmp_path)
    assert result.exit_code == 0, result.output
    there = contents(tmp_path)
    by_the_database = {layout.INGEST_TOKEN, layout.GRAFANA_TOKEN}
    named = {value for name, value in vars(layout).items() if name.isupper()}
    files = named - {layout.TOKEN_FOLDERS, layout.CA_COPIES, layout.SECRETS}
    assert set(there) == (files - by_the_database) | set(layout.CA_COPIES)
    for name, content in there.items():
        for word in content.decode().split():
            secret = word.partition(":")[2] if "gateways" in name else word
            assert len(secret) < 20 or secret not in result.output, name


def test_files_and_folders_are_closed_to_everybody_else(tmp_path):
    made(tmp_path / "d")
    for path in [tmp_path / "d", *(tmp_path / "d").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_the_second_time_it_changes_nothing_and_says_so(tmp_path):
    init(tmp_path)
    before = contents(tmp_path)
    again = init(tmp_path)
    assert "nothing changed" in again.output
    assert contents(tmp_path) == before


def test_what_somebody_opened_to_others_is_closed_again(tmp_path):
    made(tmp_path)
    (tmp_path / layout.GRAFANA_PASSWORD).chmod(0o644)
    made(tmp_path)
    assert (tmp_path / layout.GRAFANA_PASSWORD).stat().st_mode & 0o777 == 0o600


def test_with_force_every_secret_is_another_and_settings_of_people_stay(tmp_path):
    made(tmp_path, settings={"SNOWGRID_UID": "1"})
    with (tmp_path / ".env").open("a") as file:
        file.write("MINE=1\n")
    before = contents(tmp_path)
    made(tmp_path, force=True, settings={"SNOWGRID_UID": "1"})
    after = contents(tmp_path)
    same = {name for name in before if before[name] == after[name]}
    assert same == {".env", layout.IGNORED_BY_GIT, layout.BROKER_ACL}


def test_passwords_are_all_different_and_have_192_bits(tmp_path):
    made(tmp_path)
    secrets = [
        *read_passwords(tmp_path / layout.GATEWAY_PASSWORDS).values(),
        *(
            (tmp_path / name).read_text().strip()
            for name in (
                layout.INGEST_PASSWORD,
                layout.GRAFANA_PASSWORD,
                layout.INFLUXDB_ADMIN_PASSWORD,
                layout.INFLUXDB_ADMIN_TOKEN,
            )
        ),
    ]
    assert len(set(secrets)) == len(secrets) == 4 + len(GATEWAYS)
    assert all(len(secret) == 32 for secret in secrets)  # base64 of 24 bytes


def test_a_new_gateway_is_added_and_the_others_keep_what_they_have(tmp_path):
    made(tmp_path)
    before = contents(tmp_path)
    fates = made(tmp_path, gateways=[*GATEWAYS, Gateway(site="glacier", name="gw-1")]).fates
    changed = {layout.GATEWAY_PASSWORDS, layout.BROKER_PASSWORDS, layout.BROKER_ACL}
    assert {name for name, fate in fates.items() if fate is not Fate.KEPT} == changed
    for name, content in contents(tmp_path).items():
        assert content.startswith(before[name])
    assert "topic write status/glacier/gw-1" in (tmp_path / layout.BROKER_ACL).read_text()


def test_lines_that_people_added_stay_and_win(tmp_path):
    made(tmp_path)
    acl = tmp_path / layout.BROKER_ACL
    acl.write_text(acl.read_text() + "user auditor\ntopic read #")
    own = acl.read_text()
    made(tmp_path, gateways=[*GATEWAYS, Gateway(site="glacier", name="gw-1")])
    assert acl.read_text().startswith(own + "\n")


def test_a_password_changed_in_one_file_only_is_told(tmp_path):
    made(tmp_path)
    (tmp_path / layout.INGEST_PASSWORD).write_text("another\n")
    with pytest.raises(ConfigError, match="'ingest' has another password there"):
        made(tmp_path)


def test_certificates_are_trusted_by_whoever_trusts_the_authority(tmp_path):
    made(tmp_path, hosts=["broker.example.org", "192.0.2.7"])
    context = ssl.create_default_context(cafile=tmp_path / layout.CA_CERTIFICATE)
    context.load_cert_chain(tmp_path / layout.INGEST_CERTIFICATE, tmp_path / layout.INGEST_KEY)
    hosts = hosts_of((tmp_path / layout.BROKER_CERTIFICATE).read_text())
    assert hosts >= {"localhost", "127.0.0.1", "mosquitto", "broker.example.org", "192.0.2.7"}


def test_a_host_that_the_kept_certificate_lacks_is_told_with_what_to_do(tmp_path):
    made(tmp_path)
    (note,) = made(tmp_path, hosts=["broker.example.org"]).notes
    assert "without broker.example.org: delete it with its key and run this again" in note
    for name in (layout.BROKER_CERTIFICATE, layout.BROKER_KEY):
        (tmp_path / name).unlink()
    again = made(tmp_path, hosts=["broker.example.org"])
    assert not again.notes
    assert again.fates[layout.CA_KEY] is Fate.KEPT
    assert "broker.example.org" in hosts_of((tmp_path / layout.BROKER_CERTIFICATE).read_text())


def test_a_certificate_that_ends_soon_is_told(tmp_path):
    made(tmp_path)
    end = ends_at((tmp_path / layout.BROKER_CERTIFICATE).read_text())
    assert end - NOW > timedelta(days=800)
    wanted = Wanted(gateways=GATEWAYS, owner=OURSELVES)
    notes = make_secrets(tmp_path, wanted, now=end - timedelta(days=29)).notes
    assert [note.split(" ends on ")[0] for note in notes] == [
        str(tmp_path / layout.BROKER_CERTIFICATE),
        str(tmp_path / layout.INGEST_CERTIFICATE),
    ]


def test_the_authority_s_key_is_needed_only_to_issue_certificates(tmp_path):
    made(tmp_path)
    (tmp_path / layout.CA_KEY).unlink()
    fates = made(tmp_path, gateways=[*GATEWAYS, Gateway(site="glacier", name="gw-1")]).fates
    assert fates[layout.BROKER_ACL] is Fate.EXTENDED
    assert not (tmp_path / layout.CA_KEY).exists()
    for name in (layout.INGEST_CERTIFICATE, layout.INGEST_KEY):
        (tmp_path / name).unlink()
    with pytest.raises(ConfigError, match=r"ca\.key is missing"):
        made(tmp_path)


@pytest.mark.parametrize("lost", [layout.CA_CERTIFICATE, layout.BROKER_KEY])
def test_half_of_a_pair_is_an_error_and_not_a_reason_to_make_another(tmp_path, lost):
    made(tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(ConfigError, match="missing"):
        made(tmp_path)


def test_a_key_of_another_authority_is_told(tmp_path):
    made(tmp_path / "a")
    made(tmp_path / "b")
    (tmp_path / "a" / layout.CA_KEY).write_bytes((tmp_path / "b" / layout.CA_KEY).read_bytes())
    with pytest.raises(ConfigError, match="the key is not that of the certificate"):
        made(tmp_path / "a")


@pytest.mark.parametrize("gateway", ["valley", "valley.gw.1", "Valley.gw-1", ".gw-1", "a/b.c"])
def test_a_gateway_that_is_no_site_and_name_is_refused(tmp_path, gateway):
    result = init(tmp_path, "--gateway", gateway)
    assert result.exit_code == 2
    assert "want SITE.NAME" in result.output


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    result = init(tmp_path / "file")
    assert isinstance(result.exception, ConfigError)


def test_a_hashed_password_lets_in_whoever_knows_it_and_nobody_else():
    line = password_line("ann", "right", b"twelve bytes")
    assert lets_in(line, "ann", "right")
    assert not lets_in(line, "ann", "wrong")
    assert not lets_in(line, "bob", "right")
    assert not lets_in("ann:$6$salt$hash", "ann", "right")


@pytest.mark.parametrize(
    ("euid", "egid", "sudo", "uid", "gid"),
    [
        (1000, 1000, {}, 1000, 1000),
        (0, 0, {"SUDO_UID": "1000", "SUDO_GID": "100"}, 1000, 100),
        (0, 0, {}, 10_001, 10_001),
    ],
)
def test_the_containers_run_as_whoever_calls_it_and_never_as_root(
    monkeypatch: pytest.MonkeyPatch, euid, egid, sudo, uid, gid
):
    monkeypatch.setattr(os, "geteuid", lambda: euid)
    monkeypatch.setattr(os, "getegid", lambda: egid)
    for name in ("SUDO_UID", "SUDO_GID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in sudo.items():
        monkeypatch.setenv(name, value)
    assert current_owner() == Owner(uid=uid, gid=gid)
