"""Default limits that standards set for whoever measures voltage or frequency."""

from devices.schema import Limit, Severity

FREQUENCY_LIMITS = (
    Limit(
        field="frequency_hz",
        severity=Severity.WARNING,
        below=49.8,
        clear=49.85,
        for_s=60,
        source="GB/T 15945-2008: ±0.2 Hz",
    ),
    Limit(
        field="frequency_hz",
        severity=Severity.WARNING,
        above=50.2,
        clear=50.15,
        for_s=60,
        source="GB/T 15945-2008: ±0.2 Hz",
    ),
)

HOME_VOLTAGE_LIMITS = (
    Limit(
        field="voltage_l1_v",
        severity=Severity.WARNING,
        below=198.0,
        clear=200.0,
        for_s=600,
        source="GB/T 12325-2008: 220 V -10 %",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.WARNING,
        above=235.4,
        clear=234.0,
        for_s=600,
        source="GB/T 12325-2008: 220 V +7 %",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.CRITICAL,
        below=176.0,
        clear=180.0,
        for_s=10,
        source="operators' practice: 220 V -20 %",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.CRITICAL,
        above=264.0,
        clear=260.0,
        for_s=10,
        source="operators' practice: 220 V +20 %",
    ),
)


def overload_limits(field: str, full: float) -> tuple[Limit, Limit]:
    """Return a warning at 90 % and a critical limit at 100 % of what something may carry.

    Args:
        field: Name of the field that measures what it carries.
        full: What it may carry, in the field's unit.
    """
    return (
        Limit(
            field=field,
            severity=Severity.WARNING,
            above=0.9 * full,
            clear=0.85 * full,
            for_s=600,
            source="practice: 90 % of the rating or fuse",
        ),
        Limit(
            field=field,
            severity=Severity.CRITICAL,
            above=full,
            clear=0.95 * full,
            for_s=600,
            source="practice: 100 % of the rating or fuse",
        ),
    )
