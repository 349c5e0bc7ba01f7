"""Mosquitto's files of passwords and of access rights, line by line."""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping

from devices.fleets.fleet import Gateway

INGEST = "ingest"
HEALTH = "health"
ITERATIONS = 101
"""Mosquitto's own number. The passwords are random and longer than what they are hashed to guard
against; more iterations would only slow the broker down when all gateways come back at once."""
SALT_BYTES = 12
_HASHED = re.compile(r"\$7\$(\d+)\$([^$]+)\$([^$]+)")
_USER = re.compile(r"user (\S+)")


def user_of(gateway: Gateway) -> str:
    """Return the user that a gateway logs in as, which is its client id too.

    No topic level has a dot, so no two gateways share a user, and none is called as a service is.
    """
    return f"{gateway.site}.{gateway.name}"


def password_line(user: str, password: str, salt: bytes) -> str:
    """Return a user's line of the password file: PBKDF2 with SHA-512, as mosquitto 2 writes it."""
    hashed = _hashed(password, salt, ITERATIONS)
    return f"{user}:$7${ITERATIONS}${b64encode(salt).decode()}${b64encode(hashed).decode()}"


def lets_in(line: str, user: str, password: str) -> bool:
    """Tell whether a line of the password file is the user's and takes this password."""
    named, _, hashed = line.partition(":")
    parts = _HASHED.fullmatch(hashed)
    if named != user or not parts:
        return False
    iterations, salt, expected = parts.groups()
    return _hashed(password, b64decode(salt), int(iterations)) == b64decode(expected)


def acl_of_services() -> dict[str, tuple[str, ...]]:
    """Return what Snowgrid itself may do, by user."""
    return {
        INGEST: (
            "# It writes telemetry only to replay dead letters. That gives it nothing it does not",
            "# have: what it writes to the database is what everybody takes for the telemetry.",
            "topic readwrite telemetry/#",
            "topic read status/#",
            "# It reads alerts to clear those that an earlier run left retained.",
            "topic readwrite alert/#",
            "# What the broker had to drop, the service says aloud.",
            "topic read $SYS/broker/#",
        ),
        HEALTH: ("topic read $SYS/broker/uptime",),
    }


def acl_of_gateways(gateways: Iterable[Gateway]) -> dict[str, tuple[str, ...]]:
    """Return what gateways may do, by user: write for their own site, say how they are."""
    return {
        user_of(gateway): (
            f"topic write telemetry/{gateway.site}/#",
            f"topic write status/{gateway.site}/{gateway.name}",
        )
        for gateway in gateways
    }


def acl_text(rights: Mapping[str, Iterable[str]]) -> str:
    """Return rights as lines of the access file; who is not named may do nothing."""
    return "".join(f"user {user}\n" + "\n".join(lines) + "\n\n" for user, lines in rights.items())


def users_in_acl(text: str) -> frozenset[str]:
    """Return the users that an access file names."""
    return frozenset(match[1] for line in text.splitlines() if (match := _USER.fullmatch(line)))


def _hashed(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
