"""Rejected readings, kept on disk with everything needed to mend them and send them again."""

from ingest.dead_letters.reader import Cursor, Kept, Wanted, read
from ingest.dead_letters.writer import DeadLetters

__all__ = ["Cursor", "DeadLetters", "Kept", "Wanted", "read"]
