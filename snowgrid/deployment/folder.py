"""Files of secrets: made once, kept ever after, readable by their owner alone."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.errors import ConfigError

FILE_MODE = 0o600
FOLDER_MODE = 0o700


class Fate(StrEnum):
    """What became of a file."""

    MADE = "made"
    EXTENDED = "extended"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose the files are, and as whom the containers run.

    Attributes:
        uid: User id, never 0.
        gid: Group id.
    """

    uid: int
    gid: int


class SecretFolder:
    """A folder whose files are not overwritten.

    Args:
        root: The folder; made when the first file is.
        owner: Who owns the files; heeded only where this process may give files away.
        force: Make everything anew, over what is there.

    Attributes:
        fates: What became of each file asked for, in order, by its path within the folder.
    """

    def __init__(self, root: Path, *, owner: Owner, force: bool = False) -> None:
        self._root = root
        self._owner = owner
        self._force = force
        self.fates: dict[str, Fate] = {}

    def has(self, name: str) -> bool:
        """Tell whether a file is there and would be kept."""
        return name in self.fates or (not self._force and (self._root / name).exists())

    def text(self, name: str, make: Callable[[], str]) -> str:
        """Return a file's text, made now if the file is not there.

        Raises:
            ConfigError: It cannot be read or written.
        """
        if self.has(name):
            self.fates.setdefault(name, Fate.KEPT)
            return self._read(name)
        text = make()
        self._write(name, text)
        self.fates[name] = Fate.MADE
        return text

    def extend(self, name: str, more: Callable[[str], str]) -> str:
        """Return a file's text after appending what `more` says is missing in it.

        What stands there already is left as it is, so that people may add lines of their own.

        Raises:
            ConfigError: It cannot be read or written.
        """
        known = self.has(name)
        text = self._read(name) if known else ""
        if text and not text.endswith("\n"):
            text += "\n"
        added = more(text)
        if added or not known:
            self._write(name, text + added)
        self.fates[name] = Fate.MADE if not known else Fate.EXTENDED if added else Fate.KEPT
        return text + added

    def folder(self, name: str) -> None:
        """Make an empty folder, for files that others will put there."""
        self._make_folder(self._root / name)

    def _read(self, name: str) -> str:
        path = self._root / name
        try:
            if path.stat().st_mode & 0o077:
                path.chmod(FILE_MODE)
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} cannot be read: {error}") from error

    def _write(self, name: str, text: str) -> None:
        """Write a file so that it is there whole or not at all, and never open to others."""
        path = self._root / name
        self._make_folder(path.parent)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            self._give_away(draft)
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ConfigError(f"{path} cannot be written: {error.strerror}") from error

    def _make_folder(self, path: Path) -> None:
        if path.is_dir():
            return
        if path != self._root:
            self._make_folder(path.parent)
        try:
            path.mkdir(mode=FOLDER_MODE, parents=True)
            self._give_away(path)
        except OSError as error:
            raise ConfigError(f"{path} cannot be made: {error.strerror}") from error

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._owner.uid, self._owner.gid)
