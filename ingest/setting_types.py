"""Types of settings, with what each of them may be."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

SHARED = re.compile(r"\$share/[^/+#]+/(?P<filter>.+)", re.DOTALL)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("should be a URL such as http://127.0.0.1:8086")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("should be host, port and path only, without user or query")
    return value


def _topic_filter(value: str) -> str:
    shared = SHARED.fullmatch(value)
    levels = (shared["filter"] if shared else value).split("/")
    wildcards_alone = all(level in {"+", "#"} or not set(level) & {"+", "#"} for level in levels)
    if value.startswith("$share") and not shared:
        raise ValueError("should be $share/GROUP/FILTER")
    if not value or not wildcards_alone or "#" in levels[:-1] or "\0" in value:
        raise ValueError("should be an MQTT topic filter: + and # are whole levels, # the last")
    return value


Port = Annotated[int, Field(ge=1, le=65_535)]
PortOrAny = Annotated[int, Field(ge=0, le=65_535)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
SecondsOrNever = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Days = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Bytes = Annotated[int, Field(ge=1)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
TopicFilter = Annotated[str, AfterValidator(_topic_filter)]
