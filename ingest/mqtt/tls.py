"""The TLS context for the broker, with errors that name the setting."""

import ssl

from ingest.errors import ConfigError
from ingest.settings import TlsSettings


def make_context(settings: TlsSettings) -> ssl.SSLContext | None:
    """Return the context to connect with, or None where TLS is off.

    Raises:
        ConfigError: A certificate or key cannot be loaded; the message names key and file.
    """
    if not settings.enabled:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"mqtt.tls.ca_file: {settings.ca_file} is no readable PEM certificate: {error}"
        ) from error
    if settings.cert_file is not None:
        try:
            context.load_cert_chain(settings.cert_file, settings.key_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"mqtt.tls.cert_file, mqtt.tls.key_file: {settings.cert_file} and "
                f"{settings.key_file} are no certificate and its key: {error}"
            ) from error
    return context
