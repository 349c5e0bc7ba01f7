"""What a person chooses on a board: a site, devices."""

from dataclasses import dataclass

from dashboards.model.query import Condition, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A choice whose values come from the store.

    Attributes:
        name: What queries call it: `[a-z]+`.
        label: What people call it.
        tag: The tag whose values are offered.
        source: The measurement whose tags are asked; tiered ones by their shortest windows.
        where: Conditions on what is offered, as on the variables before this one.
        several: Whether more than one may be chosen, or all.
        fixed: A list of values instead of a tag's; then there is no source.
    """

    name: str
    label: str
    tag: str = ""
    source: Source | None = None
    where: tuple[Condition, ...] = ()
    several: bool = False
    fixed: tuple[str, ...] = ()
