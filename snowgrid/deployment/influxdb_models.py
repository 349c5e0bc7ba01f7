"""What InfluxDB 2's API answers an administrator, as far as it is of use."""

from typing import Literal

from pydantic import BaseModel, Field

Action = Literal["read", "write"]


class Complaint(BaseModel):
    """What the server says when it refuses."""

    message: str


class Allowed(BaseModel):
    """Whether the server waits for its first user."""

    allowed: bool


class Organisation(BaseModel):
    """An organisation."""

    id: str
    name: str


class RetentionRule(BaseModel):
    """How long points are kept; 0 seconds is for ever."""

    type: str = "expire"
    every_s: int = Field(alias="everySeconds")


class Bucket(BaseModel):
    """A bucket."""

    id: str
    name: str
    retention: list[RetentionRule] = Field(alias="retentionRules", default=[])

    @property
    def kept_s(self) -> int:
        """How long points are kept, seconds; 0 is for ever."""
        return self.retention[0].every_s if self.retention else 0


class Resource(BaseModel):
    """What a permission is about; without an id, all of the type."""

    type: str
    id: str | None = None


class Permission(BaseModel):
    """That a token may read or write something."""

    action: Action
    resource: Resource


class Authorization(BaseModel):
    """A token, and what it may do."""

    id: str
    token: str = Field(default="", repr=False)
    status: str = "active"
    description: str = ""
    permissions: list[Permission] = []


class DatabaseMapping(BaseModel):
    """By which name of a database InfluxQL finds a bucket."""

    database: str
    default: bool
