"""Makes every secret of a deployment that is not there yet."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from devices.fleets.fleet import Gateway
from devices.gateways.passwords import parse_passwords
from ingest.errors import ConfigError
from snowgrid.deployment import layout
from snowgrid.deployment.certificates import Authority, Issued, ends_at, hosts_of, new_authority
from snowgrid.deployment.folder import Fate, Owner, SecretFolder
from snowgrid.deployment.mosquitto_users import (
    HEALTH,
    INGEST,
    SALT_BYTES,
    acl_of_gateways,
    acl_of_services,
    acl_text,
    lets_in,
    password_line,
    user_of,
    users_in_acl,
)

SECRET_BYTES = 24  # 192 bits
BROKER_HOSTS = ("localhost", "127.0.0.1", "::1", "mosquitto")
SOON = timedelta(days=30)
BROKER_PAIR = (layout.BROKER_CERTIFICATE, layout.BROKER_KEY)
INGEST_PAIR = (layout.INGEST_CERTIFICATE, layout.INGEST_KEY)
LEAVES = (layout.CA_CERTIFICATE, *BROKER_PAIR, *INGEST_PAIR)
HEALTH_OPTIONS = "-u {user}\n-P {password}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a deployment is for.

    Attributes:
        gateways: Those that may connect to the broker.
        hosts: Names and addresses of the broker besides those that it always has.
        settings: Variables for docker-compose.yml.
        owner: Whose the files are.
    """

    gateways: Sequence[Gateway]
    hosts: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    owner: Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What there is now.

    Attributes:
        fates: What became of each file, by its path within the deployment's folder.
        notes: What a person should know, each with what to do.
    """

    fates: Mapping[str, Fate]
    notes: Sequence[str]


def make_secrets(root: Path, wanted: Wanted, *, now: datetime, force: bool = False) -> Made:
    """Make certificates, passwords and access lists; what is there stays as it is.

    Args:
        root: The deployment's folder.
        wanted: What for.
        now: Aware time, from which certificates are valid.
        force: Make everything anew, over what is there.

    Raises:
        ConfigError: A file cannot be read, written, or does not fit the others.
    """
    folder = SecretFolder(root, owner=wanted.owner, force=force)
    folder.text(layout.IGNORED_BY_GIT, lambda: "*\n")
    notes = _make_certificates(folder, root, wanted.hosts, now)
    passwords = _make_passwords(folder, wanted.gateways)
    _make_users(folder, wanted.gateways, passwords)
    for name in layout.TOKEN_FOLDERS:
        folder.folder(name)
    # Not a secret, and people add variables of their own: never made anew.
    kept = SecretFolder(root, owner=wanted.owner)
    kept.extend(layout.SETTINGS, lambda text: _missing_settings(text, wanted.settings))
    return Made(fates=folder.fates | kept.fates, notes=notes)


def new_secret() -> str:
    """Return a password or token that nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


def _make_certificates(
    folder: SecretFolder, root: Path, hosts: Iterable[str], now: datetime
) -> list[str]:
    """Make certificates, and return what a person should know about those that were kept."""
    names = [*BROKER_HOSTS, *hosts]
    if all(map(folder.has, LEAVES)) and not folder.has(layout.CA_KEY):
        # Nothing is to be issued, so the authority's key may be where it is safe.
        certificates = {name: folder.text(name, str) for name in LEAVES}
    else:
        authority = _authority(folder, root, now)
        certificates = {
            **_pair(folder, *BROKER_PAIR, authority.server(names, now)),
            **_pair(folder, *INGEST_PAIR, authority.client(INGEST, now)),
        }
    for copy in layout.CA_COPIES:
        folder.text(copy, lambda: folder.text(layout.CA_CERTIFICATE, str))
    return _notes(certificates, root, names, now)


def _notes(
    certificates: Mapping[str, str], root: Path, names: Iterable[str], now: datetime
) -> list[str]:
    again = "delete it with its key and run this again"
    notes = [
        f"{root / name} ends on {ends_at(certificates[name]):%Y-%m-%d}: {again}"
        for name, _ in (BROKER_PAIR, INGEST_PAIR)
        if ends_at(certificates[name]) - now < SOON
    ]
    if missing := set(names) - hosts_of(certificates[layout.BROKER_CERTIFICATE]):
        what = ", ".join(sorted(missing))
        notes.append(f"{root / layout.BROKER_CERTIFICATE} was made without {what}: {again}")
    return notes


def _authority(folder: SecretFolder, root: Path, now: datetime) -> Authority:
    there = {name: folder.has(name) for name in (layout.CA_CERTIFICATE, layout.CA_KEY)}
    lost = not there[layout.CA_KEY] and folder.has(layout.BROKER_CERTIFICATE)
    if len(set(there.values())) > 1 or lost:
        missing = next(name for name, is_there in there.items() if not is_there)
        raise ConfigError(
            f"{root / missing} is missing, and certificates are to be made: bring it back from "
            "where you keep it, or make everything anew with --force"
        )
    new = new_authority(now)
    issued = Issued(
        certificate=folder.text(layout.CA_CERTIFICATE, lambda: new.certificate),
        key=folder.text(layout.CA_KEY, lambda: new.key),
    )
    try:
        return Authority(issued)
    except ValueError as error:
        raise ConfigError(
            f"{root / layout.CA_CERTIFICATE}, {root / layout.CA_KEY}: {error}"
        ) from error


def _pair(folder: SecretFolder, certificate: str, key: str, new: Issued) -> dict[str, str]:
    """Keep a certificate and its key if both are there; return both by their paths."""
    if folder.has(certificate) != folder.has(key):
        raise ConfigError(f"of {certificate} and {key} one is missing: delete the other too")
    return {
        certificate: folder.text(certificate, lambda: new.certificate),
        key: folder.text(key, lambda: new.key),
    }


def _make_passwords(folder: SecretFolder, gateways: Iterable[Gateway]) -> dict[str, str]:
    """Return the password of every user of the broker."""
    for name in (
        layout.INFLUXDB_ADMIN_PASSWORD,
        layout.INFLUXDB_ADMIN_TOKEN,
        layout.GRAFANA_PASSWORD,
    ):
        folder.text(name, _secret_line)
    ingest = folder.text(layout.INGEST_PASSWORD, _secret_line).strip()
    options = folder.text(
        layout.BROKER_HEALTH, lambda: HEALTH_OPTIONS.format(user=HEALTH, password=new_secret())
    )
    known = folder.extend(
        layout.GATEWAY_PASSWORDS, lambda text: _missing_gateways(text, map(user_of, gateways))
    )
    health = options.partition("-P ")[2].strip()
    return {INGEST: ingest, HEALTH: health, **parse_passwords(known, layout.GATEWAY_PASSWORDS)}


def _make_users(
    folder: SecretFolder, gateways: Iterable[Gateway], passwords: Mapping[str, str]
) -> None:
    """Tell the broker of the users."""
    folder.extend(layout.BROKER_PASSWORDS, lambda text: _missing_lines(text, passwords))
    rights = acl_of_services() | acl_of_gateways(gateways)
    folder.extend(
        layout.BROKER_ACL,
        lambda text: acl_text(
            {user: lines for user, lines in rights.items() if user not in users_in_acl(text)}
        ),
    )


def _missing_gateways(text: str, users: Iterable[str]) -> str:
    known = parse_passwords(text, layout.GATEWAY_PASSWORDS)
    return "".join(f"{user}:{new_secret()}\n" for user in users if user not in known)


def _missing_lines(text: str, passwords: Mapping[str, str]) -> str:
    """Return lines for the users that the file does not have, or not with their password.

    Of two lines for a user, mosquitto heeds the first; so a changed password is told.
    """
    lines = {line.partition(":")[0]: line for line in text.splitlines()}
    for user, password in passwords.items():
        if user in lines and not lets_in(lines[user], user, password):
            raise ConfigError(
                f"{layout.BROKER_PASSWORDS}: {user!r} has another password there than in its own "
                "file: delete the line and run this again"
            )
    return "".join(
        password_line(user, password, secrets.token_bytes(SALT_BYTES)) + "\n"
        for user, password in passwords.items()
        if user not in lines
    )


def _missing_settings(text: str, settings: Mapping[str, str]) -> str:
    known = {line.partition("=")[0].strip() for line in text.splitlines()}
    return "".join(f"{name}={value}\n" for name, value in settings.items() if name not in known)


def _secret_line() -> str:
    return new_secret() + "\n"
