"""MQTT topic filters: what they match, and what they have in common."""

from itertools import zip_longest

SHARE = "$share/"
ONE, ALL = "+", "#"


def levels_of(pattern: str) -> list[str]:
    """Return the levels of a filter, without the group of a shared subscription."""
    levels = pattern.split("/")
    return levels[2:] if pattern.startswith(SHARE) else levels


def matches(pattern: str, topic: str) -> bool:
    """Tell whether a message published to `topic` comes to a subscription to `pattern`."""
    wanted = levels_of(pattern)
    if topic.startswith("$") and wanted[0] in {ONE, ALL}:
        return False
    given = topic.split("/")
    for number, level in enumerate(wanted):
        if level == ALL:
            return True
        if number == len(given) or level not in {ONE, given[number]}:
            return False
    return len(given) == len(wanted)


def overlap(one: str, other: str) -> bool:
    """Tell whether there are topics that both filters match."""
    for left, right in zip_longest(levels_of(one), levels_of(other)):
        if ALL in {left, right}:  # it matches the level above as well
            return True
        if left is None or right is None or (left != right and ONE not in {left, right}):
            return False
    return True


def covers(wide: str, narrow: str) -> bool:
    """Tell whether `wide` matches every topic that `narrow` matches."""
    wanted, given = levels_of(wide), levels_of(narrow)
    for number, level in enumerate(wanted):
        if level == ALL:
            return True
        if number == len(given) or given[number] == ALL or level not in {ONE, given[number]}:
            return False
    return len(given) == len(wanted)
