"""Spans on disk: the file that says after a crash what has to be computed again."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ingest.disk import sync_folder, write_all
from ingest.errors import ConfigError
from ingest.rollups.span import Span
from ingest.settings import StoreSettings

VERSION = 1


class _Content(msgspec.Struct, frozen=True):
    version: int
    span_ms: int
    spans: list[Span]


class SpanFile:
    """A set of spans, replaced as a whole; every method blocks on the disk.

    Args:
        path: The file; its folder is made where it is missing.
        span_ms: Length of a span.
    """

    def __init__(self, path: Path, span_ms: int) -> None:
        self._path = path
        self._span_ms = span_ms
        self._writing = threading.Lock()  # a cancelled save may still be under way

    def load(self) -> frozenset[Span]:
        """Return what was saved last; where spans had another length, those that cover it.

        Raises:
            ConfigError: The file cannot be read, or a later version wrote it.
        """
        try:
            content = msgspec.json.decode(self._path.read_bytes(), type=_Content)
        except FileNotFoundError:
            return frozenset()
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigError(
                f"{self._path}: {error}; delete it, and rebuild the last rollups by "
                "`snowgrid rollup rebuild`"
            ) from error
        if content.version != VERSION:
            raise ConfigError(f"{self._path}: written by a later version of snowgrid")
        return frozenset(each for span in content.spans for each in self._covering(span, content))

    def save(self, spans: Iterable[Span]) -> None:
        """Replace the set; when it returns, it survives any crash.

        Raises:
            OSError: The set of before stays.
        """
        content = _Content(VERSION, self._span_ms, sorted(spans))
        with self._writing:
            self._replace(msgspec.json.encode(content))

    def _replace(self, data: bytes) -> None:
        draft = self._path.with_name(f"{self._path.name}.new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            write_all(file, data)
            os.fsync(file)
        finally:
            os.close(file)
        draft.replace(self._path)
        sync_folder(self._path.parent)

    def _covering(self, span: Span, content: _Content) -> Iterable[Span]:
        first_ms = span.start_ms // self._span_ms * self._span_ms
        for start_ms in range(first_ms, span.start_ms + content.span_ms, self._span_ms):
            yield span._replace(start_ms=start_ms)


def span_file_of(settings: StoreSettings) -> Path:
    """Return where a service keeps its file: beside the spool, or beside the DuckDB file."""
    if settings.kind == "duckdb":
        path = settings.duckdb.path
        return path.with_name(f"{path.stem}-rollups.json")
    return settings.spool.dir / "rollups.json"
