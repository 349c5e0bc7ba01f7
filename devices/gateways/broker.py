"""The broker that simulated gateways connect to, and what to tell a person when it says no."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from devices.errors import BrokerInvalid, TlsInvalid
from devices.mqtt.trouble import explain_failure
from devices.tls import TlsWords, client_context

DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}
WORDS = TlsWords(
    host="the broker's name",
    address="the broker's address",
    ca_file="--ca-file",
    cert_file="--cert-file",
    key_file="--key-file",
    use_tls="write mqtts://",
    use_no_tls="write mqtt://",
)
LOGIN_REFUSED = {0x86, 0x87}  # bad user name or password; not authorized
UNSPECIFIED = 0x80  # paho's word for a connection that broke
SESSION_TAKEN_OVER = 0x8E


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who a connection says it is.

    Attributes:
        username: None for an anonymous login.
        password: None for none.
    """

    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is and how to log in. Make it with `broker_address`, or in tests by hand.

    Attributes:
        host: Name or address.
        port: TCP port.
        username: User of all gateways; None for an anonymous login.
        password: Password of that user; None for none.
        passwords: Where each gateway is a user of its own, their passwords by client id; it goes
            before `username`. None where it is not so.
        tls: How to check the broker and show who we are; None for no TLS.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    passwords: Mapping[str, str] | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def login(self, client_id: str) -> Login:
        """Return who the gateway with this client id says it is."""
        if self.passwords is None:
            return Login(username=self.username, password=self.password)
        return Login(username=client_id, password=self.passwords.get(client_id))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def broker_address(  # noqa: PLR0913 - an address is its parts
    url: str,
    *,
    username: str | None = None,
    password: str | None = None,
    passwords: Mapping[str, str] | None = None,
    ca_file: Path | None = None,
    cert_file: Path | None = None,
    key_file: Path | None = None,
) -> BrokerAddress:
    """Make an address out of what a person gave.

    Args:
        url: `mqtt://[user@]host[:port]`, or `mqtts://…` for TLS.
        username: User; goes before the one in the URL.
        password: Password of the user.
        passwords: Passwords by client id, where each gateway is a user of its own.
        ca_file: Certificates to trust in place of the system's.
        cert_file: Client certificate.
        key_file: Private key of the client certificate.

    Raises:
        BrokerInvalid: The URL is not of that form or holds a password, or files do not fit.
    """
    parts = _split(url)
    user = username or parts.username
    if passwords is not None and (user or password is not None):
        raise BrokerInvalid("--passwords names a user for each gateway; leave out the other one")
    if not user and password is not None:
        raise BrokerInvalid("there is a password but no user; add --username")
    if parts.scheme == "mqtt" and (ca_file or cert_file or key_file):
        raise BrokerInvalid(f"certificates need TLS: write mqtts://, not {url!r}")
    return BrokerAddress(
        host=parts.hostname or "",
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        username=user,
        password=password,
        passwords=passwords,
        tls=_tls(ca_file, cert_file, key_file) if parts.scheme == "mqtts" else None,
    )


def explain(problem: aiomqtt.MqttError, address: BrokerAddress, client_id: str) -> str:
    """Say what is wrong with a gateway's connection, and what to check."""
    reason = problem.rc if isinstance(problem, aiomqtt.MqttCodeError) else None
    if not isinstance(reason, ReasonCode) or not reason.is_failure:
        advice = explain_failure(problem, WORDS, tls=address.tls is not None)
        return f"no connection to {address}: {advice}; trying again"
    if reason.value in LOGIN_REFUSED:
        login = address.login(client_id)
        who = f"user {login.username!r}" if login.username else "anonymous clients"
        return f"{address} refuses {who}: {reason}; check {_where_to_look(address, login)}"
    if reason.value == UNSPECIFIED:
        return f"lost the connection to {address}; trying again"
    if reason.value == SESSION_TAKEN_OVER:
        return f"{address}: another simulator plays the same fleet there and took the connection"
    return f"{address} ended the connection: {reason}"


def _where_to_look(address: BrokerAddress, login: Login) -> str:
    if address.passwords is None:
        return "--username and the password (--password-file or SNOWGRID_MQTT__PASSWORD)"
    return "its line in --passwords" if login.password else "--passwords, which does not have it"


def _split(url: str) -> SplitResult:
    want = f"want mqtt://[user@]host:port or mqtts://…, got {url!r}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BrokerInvalid(f"{want}: {error}") from error
    if parts.password is not None:
        raise BrokerInvalid(
            "a password in the broker's URL is seen by everyone on this machine; "
            "use --password-file or SNOWGRID_MQTT__PASSWORD"
        )
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or extra or port == 0:
        raise BrokerInvalid(want)
    return parts


def _tls(ca_file: Path | None, cert_file: Path | None, key_file: Path | None) -> ssl.SSLContext:
    try:
        return client_context(WORDS, ca_file, cert_file, key_file)
    except TlsInvalid as error:
        raise BrokerInvalid(str(error)) from error
