"""Passwords and tokens that are kept in a file of their own."""

import logging
import stat
from pathlib import Path

from ingest.errors import ConfigError

MOUNTED_SECRETS = Path("/run/secrets")  # containers mount secrets here, readable by all inside

logger = logging.getLogger(__name__)


def read_secret_file(path: Path, key: str) -> str:
    """Return the first line of a file, without the white space around it.

    Args:
        path: The file.
        key: The setting that names it, for messages.

    Raises:
        ConfigError: The file is missing, unreadable or its first line is empty.
    """
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigError(f"{key}: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{key}: {path} is not UTF-8 text") from error
    secret = text.partition("\n")[0].strip()
    if not secret:
        raise ConfigError(f"{key}: {path} is empty; its first line must be the secret")
    if mode & stat.S_IROTH and MOUNTED_SECRETS not in path.parents:
        logger.warning("%s: every user can read %s; chmod 600 keeps it secret", key, path)
    return secret
