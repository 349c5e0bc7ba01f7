"""Other rules about a kind whose devices are known: what they were told is handed on.

Unlike a restart, there is no gap in which nothing was heard: timers go on, silence is counted from
the last reading, and windows over a site are full.
"""

from collections.abc import Sequence

from ingest.rules.kind_rules import KindRules
from ingest.rules.rule import Rule
from ingest.rules.snapshot import entry_of, resume


def succeeding(rules: Sequence[Rule], before: KindRules) -> KindRules:
    """Return rules that go on where others are; the state of rules that are in both is kept.

    Args:
        rules: The new ones, about the same kind.
        before: The others, which must not be used any more.
    """
    after = KindRules(rules, before.kind)
    if before.clock_ms is None:
        return after
    resume(after, entry_of(before))
    after.clock = before.clock
    after.listening_ms = before.listening_ms
    devices = len(before.roster)
    after.hearing.last[:devices] = before.hearing.last[:devices]
    _hand_on_what_is_unheard(before, after, devices)
    if after.silence:
        after.silence.look_again()
    if after.sites:
        after.sites.succeed(before.sites, after.hearing, devices)
    return after


def _hand_on_what_is_unheard(before: KindRules, after: KindRules, devices: int) -> None:
    """Let pending alerts of devices not heard since a restart wait for news, as they do."""
    old = before.devices or before.silence
    for new in (after.devices, after.silence):
        if old and new:
            new.machine.resumed_ms[:devices] = old.machine.resumed_ms[:devices]
