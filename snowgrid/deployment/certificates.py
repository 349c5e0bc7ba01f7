"""A certificate authority of the deployment's own, and the certificates it issues."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE = timedelta(days=3_650)
LEAF_LIFE = timedelta(days=825)  # the longest that Apple's platforms accept, and long enough
BACKDATED = timedelta(hours=1)  # clocks of devices are not all right


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate and its key.

    Attributes:
        certificate: PEM.
        key: PEM, PKCS #8, not encrypted.
    """

    certificate: str
    key: str = field(repr=False)


class Authority:
    """Issues certificates.

    Args:
        issued: Its own certificate and key, as `new_authority` makes them.

    Raises:
        ValueError: They are no PEM of a certificate and its key.
    """

    def __init__(self, issued: Issued) -> None:
        self._certificate = x509.load_pem_x509_certificate(issued.certificate.encode())
        key = serialization.load_pem_private_key(issued.key.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not a key on an elliptic curve")  # noqa: TRY004 - of a file
        if key.public_key() != self._certificate.public_key():
            raise ValueError("the key is not that of the certificate")
        self._key = key

    def server(self, hosts: Iterable[str], now: datetime) -> Issued:
        """Issue a certificate for a server.

        Args:
            hosts: Names and addresses that clients call it by; the first is its common name.
            now: Aware time.
        """
        names = list(dict.fromkeys(hosts))
        alternatives = x509.SubjectAlternativeName([_general_name(host) for host in names])
        usage = ExtendedKeyUsageOID.SERVER_AUTH
        return self._issue(names[0], usage, now, alternatives)

    def client(self, name: str, now: datetime) -> Issued:
        """Issue a certificate that shows who a client is."""
        return self._issue(name, ExtendedKeyUsageOID.CLIENT_AUTH, now)

    def _issue(
        self,
        name: str,
        usage: x509.ObjectIdentifier,
        now: datetime,
        alternatives: x509.SubjectAlternativeName | None = None,
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(_name(name), self._certificate.subject, key, now, LEAF_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(_authority_id(self._key), critical=False)
        )
        if alternatives:
            builder = builder.add_extension(alternatives, critical=False)
        return _issued(builder.sign(self._key, hashes.SHA256()), key)


def new_authority(now: datetime) -> Issued:
    """Make a certificate authority.

    Args:
        now: Aware time.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Snowgrid deployment CA")
    builder = (
        _builder(name, name, key, now, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs=False), critical=True)
        .add_extension(_authority_id(key), critical=False)
    )
    return _issued(builder.sign(key, hashes.SHA256()), key)


def hosts_of(certificate: str) -> frozenset[str]:
    """Return the names and addresses that a server's certificate (PEM) is for."""
    parsed = x509.load_pem_x509_certificate(certificate.encode())
    names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = names.get_values_for_type(x509.IPAddress)
    return frozenset([*names.get_values_for_type(x509.DNSName), *map(str, addresses)])


def ends_at(certificate: str) -> datetime:
    """Return until when a certificate (PEM) is valid."""
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    """Return what a key is for: to sign handshakes, or else certificates and lists of them."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_id(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _issued(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Issued:
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Issued(certificate=certificate.public_bytes(pem).decode(), key=private.decode())
