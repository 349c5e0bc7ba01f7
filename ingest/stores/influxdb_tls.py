"""TLS to InfluxDB, as the settings say it."""

import ssl

from devices.errors import TlsInvalid
from devices.tls import TlsWords, client_context, explain_silence, explain_tls
from ingest.errors import ConfigError, StoreBusy, StoreDenied, StoreError
from ingest.settings_stores import InfluxdbSettings

WORDS = TlsWords(
    host="store.influxdb.url",
    address="store.influxdb.url",
    ca_file="store.influxdb.ca_file",
    cert_file="store.influxdb.cert_file",
    key_file="store.influxdb.key_file",
    use_tls="write https:// in store.influxdb.url",
    use_no_tls="write http:// in store.influxdb.url",
)


def make_context(settings: InfluxdbSettings) -> ssl.SSLContext | None:
    """Return the context to connect with, or None where the URL is no `https://`.

    Raises:
        ConfigError: A certificate or key cannot be loaded; the message names key and file.
    """
    if not settings.url.startswith("https://"):
        return None
    try:
        return client_context(WORDS, settings.ca_file, settings.cert_file, settings.key_file)
    except TlsInvalid as error:
        raise ConfigError(str(error)) from error


def no_connection(where: str, error: Exception, settings: InfluxdbSettings) -> StoreError:
    """Return the error to raise where a call failed without an answer.

    Args:
        where: The server, for a person.
        error: Of aiohttp, of TLS or of the socket.
        settings: What was connected with.
    """
    if advice := explain_tls(str(error), WORDS):
        return StoreDenied(f"{where}: {advice}")
    tls = settings.url.startswith("https://")
    silence = explain_silence(str(error), WORDS, tls=tls)
    return StoreBusy(f"{where}: {silence or error or type(error).__name__}")
