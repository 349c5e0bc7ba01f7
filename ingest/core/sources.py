"""Who was heard: every topic looked at once, remembered for good."""

from collections.abc import Mapping

from devices.schema import Kind
from ingest.core.frame import Source
from ingest.core.rejection import Reason
from ingest.core.topics import parse_telemetry


class UnknownSource(Exception):
    """A topic that names no device; `reason` says why."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SourceRegistry:
    """Gives each device an index, the one its readings carry in every frame.

    Attributes:
        sources: All devices in the order of their indices; shared with the frames, only appended
            to.
    """

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.sources: list[Source] = []
        self._kinds = kinds

    def meet(self, topic: str) -> Source:
        """Register the device that a topic names; the caller remembers the answer.

        Raises:
            UnknownSource: The topic is malformed (`topic`) or names no kind (`kind`).
        """
        try:
            site, name, device = parse_telemetry(topic)
        except ValueError as error:
            raise UnknownSource("topic", str(error)) from None
        kind = self._kinds.get(name)
        if kind is None:
            raise UnknownSource("kind", f"no device kind {name!r}")
        source = Source(
            index=len(self.sources),
            site=site,
            kind=kind,
            device=device,
            prefix=f"{name},site={site},device={device} ",
        )
        self.sources.append(source)
        return source
