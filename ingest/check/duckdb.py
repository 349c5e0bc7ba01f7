"""Whether the DuckDB file can be opened, without creating it."""

import os
from importlib.util import find_spec

from ingest.check.finding import Finding, doubtful, good, wrong
from ingest.check.folders import check_folder
from ingest.settings_stores import DuckdbSettings
from ingest.text import MIB, printable

ABOUT = "store"
KEY = "store.duckdb.path"
LEAST_FREE_BYTES = 64 * MIB


def check_duckdb(settings: DuckdbSettings) -> Finding:
    """Open the database to read if it is there, else look at its folder; blocks."""
    if find_spec("duckdb") is None:
        return wrong(ABOUT, "duckdb is not installed", "pip install 'snowgrid[embedded]'")
    path = settings.path
    if not path.exists():
        least = LEAST_FREE_BYTES
        return check_folder(ABOUT, KEY, path.parent, least=least, most=least)
    import duckdb  # noqa: PLC0415 - an extra that only this store needs

    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.IOException as error:
        if "lock" in str(error):
            what = f"{path}: another process has it open"
            return doubtful(ABOUT, what, "fine if that is the service; else stop it first")
        return wrong(ABOUT, f"{path}: {_first_line(error)}", f"set {KEY} to another file")
    if not os.access(path, os.W_OK):
        return wrong(ABOUT, f"{path}: cannot be written to", "let this user write to it")
    return good(ABOUT, f"{path}: opens")


def _first_line(error: Exception) -> str:
    return printable(str(error).partition("\n")[0])
