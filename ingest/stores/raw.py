"""Reading back what was stored, to compute from it once more."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from devices.schema import Kind
from ingest.rollups.history import History


class RawReader(AbstractAsyncContextManager["RawReader"], Protocol):
    """Reads raw readings of the store. Entering connects.

    Every call raises:
        StoreBusy: The store cannot answer now.
        StoreDenied: It does not let us read; the message says what to fix.
        ConfigError: The store's file cannot be opened.
    """

    async def sites(self, kind: Kind) -> list[str]:
        """Return the sites of which readings of a kind are there, in order."""
        ...

    async def history(self, kind: Kind, site: str, from_ms: int, to_ms: int) -> History:
        """Return the readings of a kind at a site in `[from_ms, to_ms)`, Unix milliseconds."""
        ...
