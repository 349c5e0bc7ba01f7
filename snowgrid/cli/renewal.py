"""SIGHUP has a running service read its settings again, as daemons do."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ingest.reload.reloader import Renewal
from ingest.settings import DEFAULT_FILE, Settings, load_settings


def ignore_hangups() -> None:
    """Survive SIGHUP from now on, until somebody listens for it and after."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@contextmanager
def renewed_on_hangup(read: Callable[[], Settings]) -> Iterator[Renewal]:
    """Listen for SIGHUP while the context lasts; to be entered in the event loop.

    Args:
        read: See `Renewal`.
    """
    renewal = Renewal(read, asyncio.Event())
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, renewal.asked.set)
    try:
        yield renewal
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        ignore_hangups()


def reader_of(config: Path | None, overrides: Mapping[str, object]) -> Callable[[], Settings]:
    """Return what reads the settings of a command again.

    The file that is there now must be there then: nobody wants the defaults in its place.
    """
    file = config or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    return partial(load_settings, file, overrides)
