"""Which errors are for the person at the keyboard, and not for a programmer."""

from dashboards.errors import DashboardError
from devices.errors import DeviceError
from ingest.errors import ConfigError

USAGE = 2
"""Exit code when settings, names or arguments are wrong."""


def told_to_the_user(error: Exception) -> str:
    """Return the message that alone tells what to mend, or "" where a traceback must be seen.

    A group of errors, as tasks that run together raise it, is for the user if all in it are.
    """
    if isinstance(error, ExceptionGroup):
        messages = [told_to_the_user(inner) for inner in error.exceptions]
        return "\n".join(dict.fromkeys(messages)) if all(messages) else ""
    return str(error) if _is_for_the_user(error) else ""


def _is_for_the_user(error: Exception) -> bool:
    # A plain LookupError names something that does not exist (a kind, a fleet); its subclasses
    # KeyError and IndexError are mistakes of this program.
    return (
        isinstance(error, ConfigError | DashboardError | DeviceError) or type(error) is LookupError
    )
