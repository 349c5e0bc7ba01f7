"""The form of rule files as JSON Schema, for editors that complete and check as one types."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from devices.schema import Kind
from ingest.rules.entries import FileEntry
from ingest.rules.trial_entries import TestFileEntry

Schema = dict[str, Any]
"""A JSON Schema as JSON has it."""


def schema_of_rules(kinds: Mapping[str, Kind]) -> Schema:
    """Return the schema of files of rules, with the kinds and fields there are."""
    return _schema(FileEntry, kinds, "Alert rules of Snowgrid")


def schema_of_tests(kinds: Mapping[str, Kind]) -> Schema:
    """Return the schema of files of tests of rules."""
    return _schema(TestFileEntry, kinds, "Tests of alert rules of Snowgrid")


def _schema(root: type[BaseModel], kinds: Mapping[str, Kind], title: str) -> Schema:
    schema = root.model_json_schema(by_alias=True)
    fields = sorted({field.name for kind in kinds.values() for field in kind.fields})
    for entry in schema["$defs"].values():
        properties = entry.get("properties", {})
        if "kind" in properties:
            properties["kind"]["enum"] = list(kinds)
        if "field" in properties:
            properties["field"]["examples"] = fields
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": title}
