"""The deployed servers with the very files of a deployment, on ports of their own."""

import os
import secrets
import ssl
from datetime import UTC, datetime
from pathlib import Path

from aiomqtt import ProtocolVersion, Will
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.fleets.fleet import Gateway
from devices.gateways.confirming_client import ConfirmingClient
from devices.gateways.passwords import read_passwords
from snowgrid.deployment import layout
from snowgrid.deployment.folder import Owner
from snowgrid.deployment.making import Made, Wanted, make_secrets
from tests.servers.alertmanager import Alertmanager
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port

ROOT = Path(__file__).parents[2]
NOW = datetime.now(UTC)
OURSELVES = Owner(uid=os.geteuid(), gid=os.getegid())
GATEWAYS = (
    Gateway(site="valley", name="gw-1"),
    Gateway(site="valley", name="gw-2"),
    Gateway(site="ridge", name="gw-1"),
)


def made(root: Path, *, force: bool = False, **wanted: object) -> Made:
    """Make a deployment's secrets, for `GATEWAYS` unless told otherwise."""
    all_wanted = Wanted(**{"gateways": GATEWAYS, "owner": OURSELVES, **wanted})  # type: ignore[arg-type]
    return make_secrets(root, all_wanted, now=NOW, force=force)


class DeployedMosquitto(Mosquitto):
    """Mosquitto with `deploy/mosquitto/mosquitto.conf` and the secrets of a deployment.

    Args:
        folder: See `Server`.
        deployment: Folder that `make_secrets` has filled.
    """

    def __init__(self, folder: Path, deployment: Path) -> None:
        self.service_port = free_port()
        self.secrets = deployment / layout.SECRETS
        text = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
        for deployed, here in {
            "listener 8883": "listener {port} 127.0.0.1",
            "listener 8884": f"listener {self.service_port} 127.0.0.1",
            "/run/secrets/": f"{self.secrets}/mosquitto/",
            "/mosquitto/data/": "{folder}/",
        }.items():
            assert deployed in text
            text = text.replace(deployed, here)
        if os.geteuid() == 0:  # else it becomes a user who may not read the test's folder
            text += "user root\n"
        super().__init__(folder, config=text)

    @property
    def url(self) -> str:
        return f"mqtts://localhost:{self.port}"

    def password(self, user: str) -> str:
        """Return a gateway's or ingest's password."""
        if user == "ingest":
            return (self.secrets / "ingest/mqtt-password").read_text().strip()
        return read_passwords(self.secrets / "gateways/passwords")[user]

    def trust(self) -> ssl.SSLContext:
        """Return what gateways check the broker with."""
        return ssl.create_default_context(cafile=self.secrets / "gateways/ca.crt")

    def gateway(
        self,
        user: str | None,
        password: str | None = None,
        *,
        client_id: str = "",
        protocol: ProtocolVersion = ProtocolVersion.V5,
        will: Will | None = None,
    ) -> ConfirmingClient:
        """Return a client at the gateways' port; with its right password unless one is given."""
        if user is not None and password is None:
            password = self.password(user)
        return ConfirmingClient(
            "localhost",
            self.port,
            username=user,
            password=password,
            identifier=client_id or f"test-{secrets.token_hex(6)}",
            tls_context=self.trust(),
            protocol=protocol,
            will=will,
        )

    def ingest(
        self,
        *,
        user: str | None = "ingest",
        certificate: bool = True,
        password: str | None = None,
        session: str | None = None,
    ) -> ConfirmingClient:
        """Return a client at Snowgrid's own port; `session` names one that is kept."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = 600 if session else 0
        context = ssl.create_default_context(cafile=self.secrets / "ingest/ca.crt")
        if certificate:
            folder = self.secrets / "ingest"
            context.load_cert_chain(folder / "client.crt", folder / "client.key")
        return ConfirmingClient(
            "localhost",
            self.service_port,
            username=user,
            password=self.password(user) if user and password is None else password,
            identifier=session,
            clean_start=session is None,
            properties=properties,
            tls_context=context,
            protocol=ProtocolVersion.V5,
            timeout=10.0 if certificate else 1.0,  # the broker hangs up before it would answer
        )


class DeployedAlertmanager(Alertmanager):
    """Alertmanager with `deploy/alertmanager/alertmanager.yml`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, (ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
