"""What can be wrong between a client and a broker, and what a person must be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Certificates
from tests.servers.mosquitto import Mosquitto


@dataclass(frozen=True, slots=True, kw_only=True)
class Brokers:
    """Real brokers.

    Attributes:
        plain: Without TLS.
        tls: With a certificate that is right.
        expired: With one that is long over.
        elsewhere: With one for another name.
        mutual: With a right one, wanting one of its clients.
    """

    plain: Mosquitto
    tls: Mosquitto
    expired: Mosquitto
    elsewhere: Mosquitto
    mutual: Mosquitto


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A way to connect.

    Attributes:
        broker: Which of `Brokers`.
        tls: Whether the client speaks TLS.
        ca: Attribute of `Certificates` that the client trusts, or None for the system's.
        own: Attribute of `Certificates` that the client shows, or None.
        said: What it must be told, each of these.
    """

    broker: str
    tls: bool = True
    ca: str | None = "ca_file"
    own: str | None = None
    said: tuple[str, ...] = ()

    def files(self, certificates: Certificates) -> Mapping[str, Path]:
        """Return the files that the client is given, by the end of their setting's name."""
        files: dict[str, Path] = {}
        if self.ca:
            files["ca_file"] = getattr(certificates, self.ca)
        if self.own:
            pair = getattr(certificates, self.own)
            files |= {"cert_file": pair.cert_file, "key_file": pair.key_file}
        return files


WELL = {
    "the right authority": Case(broker="tls"),
    "a certificate of its own": Case(broker="mutual", own="client"),
}
# A broker that turns down a certificate may cut the connection before its reason gets through.
ILL = {
    "the wrong authority": Case(broker="tls", ca="stranger_ca_file", said=("not trust", "{ca}")),
    "no authority": Case(broker="tls", ca=None, said=("not trust", "{ca}")),
    "an expired server": Case(broker="expired", said=("has expired", "renew it")),
    "another name": Case(broker="elsewhere", said=("not for 127.0.0.1", "{host}")),
    "no certificate of its own": Case(broker="mutual", said=("{cert}",)),
    "a stranger's certificate": Case(broker="mutual", own="stranger", said=("{cert}",)),
    "an expired certificate": Case(broker="mutual", own="expired_client", said=("{cert}",)),
    "TLS to a port without": Case(broker="plain", said=("is it a TLS port", "{off}")),
    "plain text to a TLS port": Case(broker="tls", tls=False, ca=None, said=("want TLS", "{on}")),
}
