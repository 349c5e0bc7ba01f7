"""Writes the table of settings into the documentation: `python -m ingest.settings_docs`."""

import sys
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue

from ingest.reload.live import LIVE
from ingest.settings import Settings
from ingest.settings_sources import is_secret, settings_of, variable_of
from ingest.text import MIB, readable_bytes

FILE = Path("docs/configuration.md")
BEGIN = "<!-- settings: written by python -m ingest.settings_docs -->\n"
END = "<!-- end of settings -->\n"
HEAD = """\
| setting | value | default | environment variable | taken over | meaning |
|---|---|---|---|---|---|
"""
PLAIN_NAMES = {"boolean": "true or false", "integer": "whole number", "number": "number"}


def settings_table() -> str:
    """Return every setting of the service as a row of a Markdown table."""
    schema = Settings.model_json_schema()
    rows = (_row(key, field, _schema_of(schema, key)) for key, field in settings_of(Settings))
    return HEAD + "".join(rows)


def with_table(text: str) -> str:
    """Return the documentation with the part between the markers written anew."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"want a line {BEGIN!r} and a line {END!r} in the documentation")
    return f"{head}{BEGIN}{settings_table()}{END}{tail}"


def _row(key: str, field: FieldInfo, schema: JsonSchemaValue) -> str:
    value = "secret" if is_secret(field) else _values(schema)
    cells = (
        f"`{key}`",
        value,
        _default(key, field.default),
        f"`{variable_of(key)}`",
        "reload" if key in LIVE else "restart",
        field.description or "",
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _schema_of(schema: JsonSchemaValue, key: str) -> JsonSchemaValue:
    inner = schema
    for name in key.split("."):
        inner = inner["properties"][name]
        if "$ref" in inner:
            inner = schema["$defs"][inner["$ref"].rpartition("/")[2]]
    return inner


def _values(schema: JsonSchemaValue) -> str:
    """Say in words what a setting may be."""
    match schema:
        case {"anyOf": [some, *_]}:  # or nothing at all, as the default shows
            return _values(some)
        case {"enum": [*choices]}:
            return ", ".join(f"`{choice}`" for choice in choices)
        case {"type": "array", "items": items}:
            return f"list of {_values(items)}"
        case {"type": "string"}:
            return "path" if schema.get("format") == "path" else "text"
    return f"{PLAIN_NAMES[str(schema['type'])]} {_bounds(schema)}".rstrip()


def _bounds(schema: JsonSchemaValue) -> str:
    match schema:
        case {"minimum": low, "maximum": high}:
            return f"{low:,}…{high:,}"
        case {"minimum": low}:
            return f"≥ {low:,}"
        case {"exclusiveMinimum": low}:
            return f"> {low:,}"
    return ""


def _default(key: str, value: object) -> str:
    match value:
        case None | ():
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return ", ".join(f"`{item}`" for item in value)
        case int() if key.endswith("_bytes") and value >= MIB:
            return f"`{value}` ({readable_bytes(value)})"
    return f"`{value}`"


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    file.write_text(with_table(file.read_text(encoding="utf-8")), encoding="utf-8")
