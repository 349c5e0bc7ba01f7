"""One reload for all workers: each takes over what it can, and their answers become one."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

import aiohttp
import msgspec

from ingest.errors import ConfigError
from ingest.http_reload import PATH
from ingest.reload.difference import RuleChanges, differences
from ingest.reload.outcome import Outcome
from ingest.settings import Settings
from ingest.workers.child import Child

ANSWER_S = 30.0

DEALT = frozenset(
    {
        "service.workers",
        "mqtt.client_id",
        "mqtt.topics",
        "mqtt.except_topics",
        "store.spool.dir",
        "store.spool.max_bytes",
        "http.enabled",
    }
)
"""Settings that the supervisor gives each worker its own of; others are dealt at a start only."""

Said = TypeVar("Said")


class Reloading:
    """Has all workers read their settings again.

    Args:
        settings: What the supervisor goes by.
        read: Reads its settings again; blocks, raises ConfigError.
        children: All processes; the caller adds and removes.
        session: Asks.
    """

    def __init__(
        self,
        settings: Settings,
        read: Callable[[], Settings],
        children: Sequence[Child],
        session: aiohttp.ClientSession,
    ) -> None:
        self._settings = settings
        self._read = read
        self._children = children
        self._session = session

    async def reload(self) -> Outcome:
        """Have every worker that runs reload; one that is being started reads all anew anyway."""
        try:
            given = await asyncio.to_thread(self._read)
        except ConfigError as error:
            refused = Outcome(problems=tuple(str(error).splitlines()))
            refused.log()
            return refused
        changes = differences(self._settings, given)
        dealt = Outcome(restart=tuple(change for change in changes if change.key in DEALT))
        dealt.log_restart()
        workers = [child for child in self._children if child.pid and not child.former]
        return together([*await asyncio.gather(*map(self._one, workers)), dealt])

    async def _one(self, child: Child) -> Outcome:
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        try:
            async with self._session.post(child.url + PATH, timeout=timeout) as response:
                return msgspec.json.decode(await response.read(), type=Outcome)
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError) as error:
            return Outcome(notes=(f"worker {child.name} does not answer: {error or 'too late'}",))


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what came of a reload in several processes; what many say is said once."""
    return Outcome(
        problems=_once(outcome.problems for outcome in outcomes),
        changed=_once(outcome.changed for outcome in outcomes),
        rules=RuleChanges(
            added=_once(outcome.rules.added for outcome in outcomes),
            changed=_once(outcome.rules.changed for outcome in outcomes),
            removed=_once(outcome.rules.removed for outcome in outcomes),
        ),
        restart=_once(outcome.restart for outcome in outcomes),
        notes=_once(outcome.notes for outcome in outcomes),
    )


def _once(said: Iterable[Sequence[Said]]) -> tuple[Said, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(said)))
