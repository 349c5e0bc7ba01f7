"""TLS to a server: whom to trust, who we are, and what to do where it fails.

OpenSSL says what is wrong in words for its own makers. Here a person gets what it means, and which
setting to change, whichever part of Snowgrid was about to connect.
"""

import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from devices.errors import TlsInvalid

NO_ANSWER = "closed without an answer"
HUNG_UP = (
    NO_ANSWER,
    "reset by peer",
    "EOF occurred",
    "Broken pipe",
    "Connection lost",
    "Server disconnected",
    "Remote end closed",
)
"""How sockets, asyncio, aiohttp and urllib say that the other side went away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsWords:
    """What a person calls the settings of a connection.

    Attributes:
        host: Names the server.
        address: Says where it is, port included.
        ca_file: Holds the certificates of the authorities to trust.
        cert_file: Holds our own certificate.
        key_file: Holds its key.
        use_tls: What to do in order to use TLS.
        use_no_tls: What to do in order not to.
    """

    host: str
    address: str
    ca_file: str
    cert_file: str
    key_file: str
    use_tls: str
    use_no_tls: str


class Advice(NamedTuple):
    """What is wrong with a connection, and what to do about it."""

    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what}; {self.fix}"


def client_context(
    words: TlsWords,
    ca_file: Path | None = None,
    cert_file: Path | None = None,
    key_file: Path | None = None,
) -> ssl.SSLContext:
    """Return the context to connect with: the server's certificate and name are checked.

    Args:
        words: For errors.
        ca_file: Certificates (PEM) to trust in place of the system's.
        cert_file: Our certificate (PEM), for servers that want one.
        key_file: Its key.

    Raises:
        TlsInvalid: A file cannot be used; the message says which.
    """
    if (cert_file is None) != (key_file is None):
        raise TlsInvalid(f"{words.cert_file} and {words.key_file} go together; give both or none")
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise TlsInvalid(
            f"{words.ca_file}: {ca_file} holds no certificate (PEM): {_said(error)}"
        ) from error
    if cert_file and key_file:
        try:
            # Without a password, OpenSSL would ask the terminal for one.
            context.load_cert_chain(cert_file, key_file, password="")
        except OSError as error:
            raise TlsInvalid(
                f"{words.cert_file}, {words.key_file}: {cert_file} and {key_file} are no "
                f"certificate and its key (PEM, without a password): {_said(error)}"
            ) from error
    return context


def explain_tls(error: str, words: TlsWords) -> Advice | None:
    """Say what an error of OpenSSL means, or None where the text is of no such error.

    Args:
        error: The text of the exception, or a text that has it inside.
        words: What the settings are called.
    """
    if "CERTIFICATE_VERIFY_FAILED" in error:
        return _distrust(error, words)
    found = re.search(r"\[SSL: (\w+)\]", error)
    if found is None:
        return None
    return _alert(found[1], words) or Advice(
        f"TLS failed: {_plain(found[1])}", "the server's log says more"
    )


def wants_tls(said: str) -> bool:
    """Tell whether an HTTP server answers that its port is one for TLS, as Go's and nginx do."""
    return re.search(r"HTTP request (was sent )?to (an )?HTTPS", said) is not None


def explain_silence(error: str, words: TlsWords, *, tls: bool) -> Advice | None:
    """Say what to check where a server ended a connection without an answer, or None if it did not.

    Args:
        error: The text of the exception.
        words: What the settings are called.
        tls: Whether the connection was made with TLS.
    """
    if not any(sign in error for sign in HUNG_UP):
        return None
    if tls:
        fix = (
            f"is it a TLS port (else {words.use_no_tls}), and does it want another certificate of "
            f"ours ({words.cert_file})?"
        )
    else:
        fix = f"does this port want TLS (then {words.use_tls})?"
    return Advice(NO_ANSWER, fix)


def _distrust(error: str, words: TlsWords) -> Advice:
    """Explain why we would not go on with the server."""
    if "certificate has expired" in error:
        return Advice(
            "the server's certificate has expired", "renew it there, or correct this clock"
        )
    if "not yet valid" in error:
        return Advice("the server's certificate is not valid yet", "correct this machine's clock")
    if named := re.search(r"certificate is not valid for '([^']*)'", error):
        return Advice(
            f"the server's certificate is not for {named[1]}",
            f"set {words.host} to a name that it is for, or have one made for this name",
        )
    why = re.search(r"verify failed: ([^(]+)", error)
    reason = f" ({why[1].strip()})" if why else ""
    return Advice(
        f"the server's certificate is of an authority that we do not trust{reason}",
        f"set {words.ca_file} to the certificate of its authority",
    )


def _alert(reason: str, words: TlsWords) -> Advice | None:
    """Explain why the server would not go on with us."""
    # Up to TLS 1.2 a missing certificate is no more than a failed handshake.
    if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason:
        return Advice(
            "the server wants to see our certificate",
            f"set {words.cert_file} and {words.key_file}",
        )
    if "CERTIFICATE_EXPIRED" in reason:
        return Advice("our own certificate has expired", f"renew {words.cert_file}")
    if re.search("ALERT_(UNKNOWN_CA|.*CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)", reason):
        return Advice(
            f"the server does not accept our certificate ({_plain(reason)})",
            f"set {words.cert_file} to one of an authority that it trusts",
        )
    if re.search("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|UNEXPECTED_EOF|HTTP_REQUEST", reason):
        return Advice(
            "the server does not speak TLS there",
            f"check {words.address}, or {words.use_no_tls}",
        )
    if re.search("PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS", reason):
        return Advice("the server speaks TLS 1.1 or older only", "have it speak TLS 1.2 or newer")
    return None


def _plain(reason: str) -> str:
    return re.sub(r"^\w+_ALERT_", "", reason).lower().replace("_", " ")


def _said(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return _plain(error.reason or "not PEM")
    return error.strerror or str(error)
