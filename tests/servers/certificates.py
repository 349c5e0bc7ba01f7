"""Certificates that are right, and every sort that is wrong, as `snowgrid init` makes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from snowgrid.deployment.certificates import Authority, Issued, new_authority

HOST = "127.0.0.1"
LONG_AGO = timedelta(days=2_000)  # more than the life of a certificate, less than the authority's


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A certificate and its key, as files."""

    cert_file: Path
    key_file: Path


class Certificates:
    """Files of two authorities: the one of a deployment, and a stranger's.

    Args:
        folder: Where they go.

    Attributes:
        ca_file: The authority's certificate.
        stranger_ca_file: Another one's.
        server: For `HOST`.
        expired_server: For `HOST`, and long over.
        elsewhere: For a server of another name.
        client: For a client.
        expired_client: For a client, and long over.
        stranger: For a client, by the stranger.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        now = datetime.now(UTC)
        before = now - LONG_AGO
        issued = new_authority(before)
        strange = new_authority(now)
        ours, theirs = Authority(issued), Authority(strange)
        self.ca_file = self._write("ca.crt", issued.certificate)
        self.stranger_ca_file = self._write("stranger.crt", strange.certificate)
        self.server = self._pair("server", ours.server([HOST], now))
        self.expired_server = self._pair("expired-server", ours.server([HOST], before))
        self.elsewhere = self._pair("elsewhere", ours.server(["broker.example.org"], now))
        self.client = self._pair("client", ours.client("client", now))
        self.expired_client = self._pair("expired-client", ours.client("client", before))
        self.stranger = self._pair("stranger", theirs.client("client", now))

    def _pair(self, name: str, issued: Issued) -> Pair:
        return Pair(
            cert_file=self._write(f"{name}.crt", issued.certificate),
            key_file=self._write(f"{name}.key", issued.key),
        )

    def _write(self, name: str, text: str) -> Path:
        file = self._folder / name
        file.touch(mode=0o600)
        file.write_text(text)
        return file
