"""One way to open, close and read back every store."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.schema import Kind
from ingest.core.rows import Bucket
from ingest.stores.base import Store
from ingest.stores.raw import RawReader
from tests.ingest.stores.frames import Reading
from tests.ingest.stores.rows import Stored

Read = Callable[[Kind], list[Reading]]
ReadRows = Callable[[Bucket, str], list[Stored]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harness:
    """A place where readings are kept, which outlives the stores that write to it.

    Attributes:
        open: Makes a store over it; entering the store begins a run of the service.
        read: Returns what is there of a kind, by time and device, without absent fields; only
            while no store is open.
        read_rows: Returns the derived rows of a bucket and measurement, by time and device; only
            while no store is open.
        reader: Makes a reader of what is there, which may be used whether a store is open or not.
    """

    open: Callable[[], Store]
    read: Read
    read_rows: ReadRows
    reader: Callable[[], RawReader]
