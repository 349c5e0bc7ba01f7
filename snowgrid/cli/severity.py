"""How severities look on a terminal."""

from devices.schema import Severity

SEVERITIES = tuple(Severity)
"""The least severe first."""

SEVERITY_STYLES = {
    Severity.INFO: "cyan",
    Severity.WARNING: "yellow",
    Severity.CRITICAL: "bold red",
}
