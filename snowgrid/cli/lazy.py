"""A command group that imports a command's module only when that command is invoked."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, cast

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the list of commands, known without importing the command.

    Attributes:
        name: What a person types.
        target: `module:attribute`, a function with typer's annotations or a `typer.Typer`.
        panel: Heading that the command is listed under.
        summary: What the list says about it.
    """

    name: str
    target: str
    panel: str
    summary: str


class Deferred(TyperCommand):
    """Stands for a command in lists; `load` brings the command itself."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(
            name=entry.name,
            help=entry.summary,
            rich_help_panel=entry.panel,
            rich_markup_mode="rich",
        )
        self._entry = entry

    def load(self) -> TyperCommand | TyperGroup:
        """Import the module and make the command."""
        module, _, attribute = self._entry.target.partition(":")
        target: typer.Typer | Callable[..., None] = getattr(import_module(module), attribute)
        if not isinstance(target, typer.Typer):
            function, target = target, new_app()
            target.command(self._entry.name)(function)
        command = cast("TyperCommand | TyperGroup", typer.main.get_command(target))
        command.name = self._entry.name
        for each in (command, *getattr(command, "commands", {}).values()):
            each.help = reflowed(each.help or "")
        return command


class LazyGroup(TyperGroup):
    """Lists the commands of `entries`, and imports the one that is invoked."""

    entries: ClassVar[tuple[Entry, ...]] = ()

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - handed through to typer
        super().__init__(**attributes)
        for entry in self.entries:
            self.add_command(Deferred(entry))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - typer keeps these types private
        """Find the command that the arguments name, and import it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, Deferred) else command, rest


def new_app() -> typer.Typer:
    """Make the app of a command that has commands of its own."""
    return typer.Typer(add_completion=False, rich_markup_mode="rich")


def reflowed(text: str) -> str:
    """Join the lines of each paragraph, for the terminal to break them; indented ones stay.

    Typer does so for the first paragraph only.
    """
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        paragraph if "\n " in f"\n{paragraph}" else paragraph.replace("\n", " ")
        for paragraph in paragraphs
    )
