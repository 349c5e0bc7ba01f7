"""Spans on disk: the file that says after a crash what has to be computed again."""

import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ingest.disk import WholeFile
from ingest.errors import ConfigError
from ingest.file_version import Versioned, check_version
from ingest.rollups.span import Span

VERSION = 1
REMEDY = "delete it, and rebuild the last rollups by `snowgrid rollup rebuild`"


class _Content(msgspec.Struct, frozen=True):
    version: int
    span_ms: int
    spans: list[Span]
    crc: int | None = None  # of what is kept; the first releases wrote none


class SpanFile:
    """A set of spans, replaced as a whole; every method blocks on the disk.

    Args:
        path: The file; its folder is made where it is missing.
        span_ms: Length of a span.
    """

    def __init__(self, path: Path, span_ms: int) -> None:
        self._file = WholeFile(path)
        self._span_ms = span_ms

    def load(self) -> frozenset[Span]:
        """Return what was saved last; where spans had another length, those that cover it.

        Raises:
            ConfigError: The file cannot be read, or a later version wrote it.
        """
        try:
            data = self._file.read()
            if data is None:
                return frozenset()
            version = msgspec.json.decode(data, type=Versioned).version
            check_version(self._file.path, version, VERSION, REMEDY)
            content = _content(data)
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            raise ConfigError(f"{self._file.path}: {error}; {REMEDY}") from error
        return frozenset(each for span in content.spans for each in self._covering(span, content))

    def save(self, spans: Iterable[Span]) -> None:
        """Replace the set; when it returns, it survives any crash.

        Raises:
            OSError: The set of before stays.
        """
        content = _Content(VERSION, self._span_ms, sorted(spans))
        content = msgspec.structs.replace(content, crc=_crc_of(content))
        self._file.replace(msgspec.json.encode(content))

    def _covering(self, span: Span, content: _Content) -> Iterable[Span]:
        first_ms = span.start_ms // self._span_ms * self._span_ms
        for start_ms in range(first_ms, span.start_ms + content.span_ms, self._span_ms):
            yield span._replace(start_ms=start_ms)


def _content(data: bytes) -> _Content:
    content = msgspec.json.decode(data, type=_Content)
    if content.crc not in (None, _crc_of(content)):
        raise msgspec.DecodeError("damaged: the checksum does not match")
    return content


def _crc_of(content: _Content) -> int:
    return zlib.crc32(msgspec.json.encode((content.span_ms, content.spans)))
