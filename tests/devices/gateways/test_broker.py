"""Addresses of brokers: what may be written, and what is told where it may not."""

import ssl
from pathlib import Path

import pytest
import trustme

from devices.errors import BrokerInvalid
from devices.gateways.broker import Login, broker_address


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A certificate authority, a client certificate of it, and its key."""
    folder: Path = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    client = authority.issue_cert("gateway")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    client.private_key_pem.write_to_path(folder / "key.pem")
    client.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    return folder


@pytest.mark.parametrize(
    ("url", "host", "port", "username"),
    [
        ("mqtt://broker", "broker", 1883, None),
        ("mqtt://broker:1884/", "broker", 1884, None),
        ("mqtts://ann@broker", "broker", 8883, "ann"),
        ("mqtt://[::1]:1883", "::1", 1883, None),
    ],
)
def test_a_url_says_where_and_who(url, host, port, username):
    address = broker_address(url)
    assert (address.host, address.port, address.username) == (host, port, username)
    assert (address.tls is not None) == url.startswith("mqtts")


@pytest.mark.parametrize(
    "url",
    ["broker:1883", "http://broker", "mqtt://", "mqtt://broker:99999", "mqtt://broker/path", ""],
)
def test_what_is_no_broker_is_told_with_the_form_that_is_wanted(url):
    with pytest.raises(BrokerInvalid, match=r"want mqtt://\[user@\]host:port"):
        broker_address(url)


def test_a_password_in_the_url_is_refused_and_not_repeated():
    with pytest.raises(BrokerInvalid, match="--password-file") as error:
        broker_address("mqtt://ann:secret@broker")
    assert "secret" not in str(error.value)


def test_a_password_shows_in_no_representation():
    assert "secret" not in repr(broker_address("mqtt://ann@broker", password="secret"))


def test_the_user_given_apart_goes_before_the_one_in_the_url():
    assert broker_address("mqtt://ann@broker", username="bob").username == "bob"


def test_a_password_needs_a_user():
    with pytest.raises(BrokerInvalid, match="--username"):
        broker_address("mqtt://broker", password="secret")


def test_each_gateway_logs_in_with_its_own_password():
    address = broker_address("mqtt://broker", passwords={"valley.gw-1": "secret"})
    assert address.login("valley.gw-1") == Login(username="valley.gw-1", password="secret")
    assert address.login("valley.gw-2") == Login(username="valley.gw-2")
    assert "secret" not in repr((address, address.login("valley.gw-1")))


def test_all_gateways_log_in_as_one_user_without_passwords_of_their_own():
    address = broker_address("mqtt://ann@broker", password="secret")
    assert address.login("valley.gw-1") == Login(username="ann", password="secret")


@pytest.mark.parametrize("other", [{"username": "ann"}, {"password": "secret"}])
def test_passwords_of_gateways_exclude_one_user_for_all(other):
    with pytest.raises(BrokerInvalid, match="--passwords"):
        broker_address("mqtt://broker", passwords={}, **other)


def test_tls_checks_the_broker_against_the_given_authority(files):
    tls = broker_address("mqtts://broker", ca_file=files / "ca.pem").tls
    assert tls
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(tls.get_ca_certs()) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ca_file": "none.pem"}, "--ca-file"),
        ({"ca_file": "key.pem"}, "--ca-file"),
        ({"cert_file": "cert.pem"}, "--key-file go together"),
        ({"cert_file": "cert.pem", "key_file": "ca.pem"}, "are no certificate and its key"),
    ],
)
def test_certificates_that_do_not_fit_are_told(files, given, said):
    paths = {option: files / name for option, name in given.items()}
    with pytest.raises(BrokerInvalid, match=said):
        broker_address("mqtts://broker", **paths)


def test_certificates_without_tls_are_told(files):
    with pytest.raises(BrokerInvalid, match="mqtts://"):
        broker_address("mqtt://broker", ca_file=files / "ca.pem")
