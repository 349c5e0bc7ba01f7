"""What all sections of the settings have in common."""

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator


class Concern(BaseModel):
    """Base of the sections: frozen, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_not_one(cls, value: object, info: ValidationInfo) -> object:
        annotation = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, bool) and annotation in {int, float}:
            raise ValueError("should be a number")
        return value
