"""Passwords of many gateways in one file, a line each: `site.gateway:password`."""

from collections.abc import Mapping
from pathlib import Path

from devices.errors import BrokerInvalid


def read_passwords(path: Path) -> Mapping[str, str]:
    """Read passwords by user.

    Raises:
        BrokerInvalid: The file cannot be read, or a line of it is no user and password.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerInvalid(f"--passwords {path}: cannot be read: {error}") from error
    return parse_passwords(text, str(path))


def parse_passwords(text: str, where: str) -> dict[str, str]:
    """Return passwords by user; blank lines and those that begin with `#` say nothing.

    Args:
        text: Lines of `user:password`.
        where: The file's name, for messages, which never hold a password.

    Raises:
        BrokerInvalid: A line is no user and password, or a user has two.
    """
    passwords: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        user, colon, password = line.strip().partition(":")
        if not (user and colon and password):
            raise BrokerInvalid(f"{where}:{number}: want site.gateway:password")
        if user in passwords:
            raise BrokerInvalid(f"{where}:{number}: {user!r} has a password already")
        passwords[user] = password
    return passwords
