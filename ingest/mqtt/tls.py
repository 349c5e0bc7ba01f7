"""TLS to the broker, as the settings say it."""

import ssl

from devices.errors import TlsInvalid
from devices.tls import TlsWords, client_context
from ingest.errors import ConfigError
from ingest.settings_mqtt import TlsSettings

WORDS = TlsWords(
    host="mqtt.host",
    address="mqtt.host and mqtt.port",
    ca_file="mqtt.tls.ca_file",
    cert_file="mqtt.tls.cert_file",
    key_file="mqtt.tls.key_file",
    use_tls="set mqtt.tls.enabled",
    use_no_tls="unset mqtt.tls.enabled",
)


def make_context(settings: TlsSettings) -> ssl.SSLContext | None:
    """Return the context to connect with, or None where TLS is off.

    Raises:
        ConfigError: A certificate or key cannot be loaded; the message names key and file.
    """
    if not settings.enabled:
        return None
    try:
        return client_context(WORDS, settings.ca_file, settings.cert_file, settings.key_file)
    except TlsInvalid as error:
        raise ConfigError(str(error)) from error
