"""YAML with the line of every key and item, and without the surprises of YAML 1.1.

`off`, `on`, `yes` and `no` are words, as states are called so; `2.5e6` is a number; `1:30` is not
ninety, and `010` is ten. A key that stands twice is a mistake.
"""

import re
from collections.abc import Mapping

import yaml

Path = tuple[str | int, ...]
"""How to get to a value: keys and indices from the top."""

Lines = Mapping[Path, int]
"""The line of each value, counted from 1."""


class YamlError(ValueError):
    """The text is no YAML that is taken; `line` says where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    """The safe loader, with the scalars of YAML 1.2."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - pyyaml's own way to say it


for tag, pattern, first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), first
    )


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)  # pyyaml's takes 010 for eight


def parsed(text: str) -> tuple[object, Lines]:
    """Return the value that a text says, and where each part of it stands.

    Raises:
        YamlError: It is no YAML, or a key stands twice, or a key is no word.
    """
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:  # a character that no YAML may have
        raise YamlError(1, " ".join(str(error).split())) from error
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        return (None if node is None else _value(loader, node, (), lines)), lines
    except RecursionError as error:
        raise YamlError(1, "nested too deep, or in itself") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, error.problem or str(error)) from error
    except yaml.YAMLError as error:
        raise YamlError(1, str(error)) from error
    finally:
        loader.dispose()


def _value(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> object:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, at), lines) for at, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        try:
            scalar: object = loader.construct_object(node)
        except ValueError as error:
            raise YamlError(node.start_mark.line + 1, str(error)) from error
        return scalar
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in found:
            raise YamlError(line, f"the key {key!r} stands twice")
        lines[*path, key] = line
        found[key] = _value(loader, value_node, (*path, key), lines)
    return found


def line_of(path: Path, lines: Lines) -> int:
    """Return the line of a value, or of the nearest that contains it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
