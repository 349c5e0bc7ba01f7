"""Who was heard: every topic looked at once, remembered until the service ends."""

from collections import Counter
from collections.abc import Mapping

from devices.schema import Kind
from ingest.core.frame import Source
from ingest.core.rejection import Reason
from ingest.core.topics import parse_telemetry

MOST_DEVICES = 250_000
"""What each costs, about 5 KiB with rollups and rules, is never given back."""


class UnknownSource(Exception):
    """A topic that names no device; `reason` says why."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SourceRegistry:
    """Gives each device an index, the one its readings carry in every frame.

    Whoever may publish can make up devices, and everything that is kept of a device is kept for
    good, so there is a limit to how many are taken in.

    Args:
        kinds: Device kinds by name.
        most: How many devices are taken in.

    Attributes:
        sources: All devices in the order of their indices; shared with the frames, only appended
            to.
        most: How many devices are taken in.
        by_site: How many of them each site has.
    """

    def __init__(self, kinds: Mapping[str, Kind], most: int = MOST_DEVICES) -> None:
        self.sources: list[Source] = []
        self.most = most
        self.by_site: Counter[str] = Counter()
        self._kinds = kinds

    def meet(self, topic: str) -> Source:
        """Register the device that a topic names; the caller remembers the answer.

        Raises:
            UnknownSource: The topic is malformed (`topic`) or names no kind (`kind`), or there is
                no room for another device (`registry`).
        """
        try:
            site, name, device = parse_telemetry(topic)
        except ValueError as error:
            raise UnknownSource("topic", str(error)) from None
        kind = self._kinds.get(name)
        if kind is None:
            raise UnknownSource("kind", f"no device kind {name!r}")
        if len(self.sources) >= self.most:
            raise UnknownSource("registry", f"{self.most:,} devices are known, this is another")
        source = Source(
            index=len(self.sources),
            site=site,
            kind=kind,
            device=device,
            prefix=f"{name},site={site},device={device} ",
        )
        self.sources.append(source)
        self.by_site[site] += 1
        return source
