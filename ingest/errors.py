"""Everything `ingest` raises on purpose. The class tells the caller what to do next.

IngestError
├─ ConfigError        stop: exit code 2; the message names the key and the fix
├─ BrokerError        the link is gone or refused: reconnect with backoff
│  └─ BrokerRefused   the broker said no: same, but tell a person at once
├─ SpoolFull          no room on disk: keep the batch, acknowledge nothing, try again later
└─ StoreError
   ├─ StoreBusy       wait `retry_after_s` if given, else back off; send the same lines again
   ├─ StoreDenied     keep everything and tell a person what to fix; try again later
   ├─ StoreTooLarge   send the same lines in smaller batches
   └─ StoreRefused    one or more of these lines are bad: find them, set them aside
"""


class IngestError(Exception):
    """Base of all errors of the service."""


class ConfigError(IngestError):
    """A setting is wrong; the message names its key, the value and what is expected."""


class BrokerError(IngestError):
    """The connection to the broker failed or ended."""


class BrokerRefused(BrokerError):
    """The broker refused the connection or a subscription, and said why."""


class SpoolFull(IngestError):
    """The spool has reached its limit, or the disk its end."""


class StoreError(IngestError):
    """A write to the store did not succeed."""


class StoreBusy(StoreError):
    """The store cannot take the write now (429, 5xx, no connection, timeout)."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StoreDenied(StoreError):
    """The store does not let us write (401, 403, 404): a person must act."""


class StoreTooLarge(StoreError):
    """The store takes no batch of this size (413)."""


class StoreRefused(StoreError):
    """The store refused lines as bad (400, 422)."""

    def __init__(self, message: str, *, lines: int | None = None) -> None:
        """Keep how many lines were refused, where the store says it."""
        super().__init__(message)
        self.lines = lines
