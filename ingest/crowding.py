"""Says that the registry of devices is full, who fills it, and what to do about it."""

import logging

from ingest.core.decode import Decoded
from ingest.core.sources import SourceRegistry
from ingest.throttle import Throttle
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

SAY_EVERY_S = 60.0
SITES_SHOWN = 3
NEARLY_FULL = 0.9


class Crowding:
    """Watches how many devices are known.

    Args:
        registry: Where they are.
        vitals: Told how many there are, may be, and what comes of it.
        throttle: Keeps the log readable while somebody floods the registry.
    """

    def __init__(
        self, registry: SourceRegistry, vitals: Vitals, throttle: Throttle | None = None
    ) -> None:
        self._registry = registry
        self._vitals = vitals
        self._throttle = throttle or Throttle(SAY_EVERY_S)
        self._refused = 0
        self._warned = False
        vitals.max_devices = registry.most

    def take(self, decoded: Decoded) -> None:
        """Look at what a batch has changed; quick."""
        known = self._vitals.devices = len(self._registry.sources)
        if known >= NEARLY_FULL * self._registry.most and not self._warned:
            self._warned = True
            logger.warning(
                "nearly as many devices are known as may be; raise validation.max_devices",
                extra=self._facts(),
            )
        if not decoded.messages_rejected["registry"]:
            return
        self._refused += decoded.messages_rejected["registry"]
        self._vitals.registry_complaint = (
            f"{known:,} devices are known, as many as validation.max_devices allows; readings of "
            f"others are dead letters ({self._largest_sites()})"
        )
        if self._throttle.admit() is not None:
            logger.error(
                "readings of new devices are rejected: as many are known as may be; raise "
                "validation.max_devices, or find who makes devices up, and restart to forget them",
                extra={**self._facts(), "rejected": self._refused},
            )

    def _facts(self) -> dict[str, str | int]:
        return {"devices": self._vitals.devices, "largest_sites": self._largest_sites()}

    def _largest_sites(self) -> str:
        largest = self._registry.by_site.most_common(SITES_SHOWN)
        return ", ".join(f"{site}: {devices:,}" for site, devices in largest)
