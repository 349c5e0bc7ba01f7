"""Who takes part, and who once did: kept on disk, because sessions and spools outlive a run.

A member is named after its part of the stream. The same part finds its session at the broker and
its spool again in the next run; another part is another member, and the one that had it before is
a former member until its session and its spool are empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec

from ingest.disk import WholeFile
from ingest.errors import ConfigError
from ingest.file_version import Versioned, check_version
from ingest.settings import Settings
from ingest.workers.partition import Part, Pieces, deal, load_of, parts_of, pieces_of

VERSION = 1
REMEDY = "have it empty all (`snowgrid ingest --workers 1`) before you change"
FILE = "workers.json"
FOLDER = "workers"
UNEVEN = 1.25
"""Another dealing is worth the move when the busiest worker has so many times as much as it need
have: a move empties sessions, and starts `for` times of alerts anew."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One process's share, and where its things are.

    Attributes:
        client_id: Names its session at the broker.
        folder: Its spool.
        topics: See `Part`.
        except_topics: See `Part`.
    """

    client_id: str
    folder: str
    topics: tuple[str, ...]
    except_topics: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        """What it takes."""
        return Part(topics=self.topics, except_topics=self.except_topics)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept from run to run.

    Attributes:
        members: Everyone who may have a session or a spool.
        readings: Taken so far by kind, to deal evenly.
    """

    version: int = VERSION
    members: tuple[Member, ...] = ()
    readings: dict[str, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is to run.

    Attributes:
        workers: Who take the stream, in the order in which they subscribe.
        former: Who have none of it any more, and are to be emptied.
        readings: By kind, of the runs before.
    """

    workers: tuple[Member, ...]
    former: tuple[Member, ...]
    readings: Mapping[str, float]


class RecordFile:
    """The record on disk.

    Args:
        spool: Folder of the service's spool.
    """

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self._file = WholeFile(spool / FILE)

    def read(self, settings: Settings) -> Record:
        """Return the record; a service that ran alone before is in it as a member.

        Raises:
            ConfigError: The file cannot be read, or a later version wrote it.
        """
        try:
            data = self._file.read()
            if data is not None:
                version = msgspec.json.decode(data, type=Versioned).version
                check_version(self._file.path, version, VERSION, REMEDY)
            record = Record() if data is None else msgspec.json.decode(data, type=Record)
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigError(
                f"{self._file.path}: {error}; without it nobody knows whose sessions and spools "
                "are left: restore it, or empty them by hand as docs/workers.md says"
            ) from error
        alone = lone_member(settings)
        if data is None and (self._spool / "lock").exists():
            return msgspec.structs.replace(record, members=(alone,))
        return record

    @property
    def exists(self) -> bool:
        """Whether workers have run, and somebody of them may have left something."""
        return self._file.path.exists()

    def write(self, record: Record) -> None:
        """Replace the record; when it returns, it survives any crash.

        Raises:
            OSError: The record of before stays.
        """
        self._file.replace(msgspec.json.encode(record))

    def delete(self) -> None:
        """Forget it, when the service runs alone and nobody is left to be emptied."""
        self._file.path.unlink(missing_ok=True)


def lone_member(settings: Settings) -> Member:
    """Return the service without workers, as a member."""
    return Member(
        client_id=settings.mqtt.client_id,
        folder=str(settings.store.spool.dir),
        topics=settings.mqtt.topics,
        except_topics=settings.mqtt.except_topics,
    )


def plan_of(settings: Settings, kinds: Sequence[str], record: Record) -> Plan:
    """Decide who runs: those of the last run again, if they still fit.

    Args:
        settings: All of them.
        kinds: Names of the device kinds.
        record: Of the last run.

    Raises:
        ConfigError: The stream cannot be cut into so many parts.
    """
    workers = _workers(settings, kinds, record)
    here = {member.client_id for member in workers}
    former = [member for member in record.members if member.client_id not in here]
    return Plan(workers=workers, former=tuple(former), readings=record.readings)


def _workers(settings: Settings, kinds: Sequence[str], record: Record) -> tuple[Member, ...]:
    count = settings.service.workers
    if count == 1:
        return (lone_member(settings),)
    pieces = pieces_of(settings.mqtt.topics, kinds)
    weights = _weights(kinds, record.readings)
    fresh = tuple(member_of(part, settings) for part in deal(pieces, count, weights))
    kept = record.members[:count]
    if _fit(kept, pieces, settings) and (
        _busiest(kept, kinds, weights) <= UNEVEN * _busiest(fresh, kinds, weights)
    ):
        return kept
    return fresh


def _fit(members: Sequence[Member], pieces: Pieces, settings: Settings) -> bool:
    """Tell whether members are a dealing of these pieces, under these settings."""
    topics = [member.topics for member in members if member.topics != (pieces.rest,)]
    if len(members) != settings.service.workers or len(members) - len(topics) != bool(pieces.rest):
        return False
    hands = [[lump for lump in pieces.lumps if set(lump) & set(filters)] for filters in topics]
    if not pieces.rest and sum(map(len, hands)) < len(pieces.lumps):
        return False  # filters were added
    parts = parts_of([*hands, []] if pieces.rest else hands, pieces.rest)
    return tuple(members) == tuple(member_of(part, settings) for part in parts)


def member_of(part: Part, settings: Settings) -> Member:
    """Return the member that takes a part."""
    except_topics = (*part.except_topics, *settings.mqtt.except_topics)
    text = "\n".join((*part.topics, "", *except_topics))
    name = blake2b(text.encode(), digest_size=4).hexdigest()
    return Member(
        client_id=f"{settings.mqtt.client_id}-{name}",
        folder=str(settings.store.spool.dir / FOLDER / name),
        topics=part.topics,
        except_topics=except_topics,
    )


def overrides_of(member: Member, workers: int, settings: Settings) -> dict[str, object]:
    """Return the settings of a member's process that differ from everybody's, by dotted key."""
    share = workers if member.folder != str(settings.store.spool.dir) else 1
    return {
        "service.workers": 1,
        "mqtt.client_id": member.client_id,
        "mqtt.topics": list(member.topics),
        "mqtt.except_topics": list(member.except_topics),
        "store.spool.dir": member.folder,
        "store.spool.max_bytes": max(1, settings.store.spool.max_bytes // share),
        "http.enabled": False,
    }


def _weights(kinds: Sequence[str], readings: Mapping[str, float]) -> dict[str, float]:
    return {kind: readings.get(kind, 0.0) for kind in kinds} if sum(readings.values()) else {}


def _busiest(
    members: Sequence[Member], kinds: Sequence[str], weights: Mapping[str, float]
) -> float:
    return max(load_of(member.part, kinds, weights) for member in members)
