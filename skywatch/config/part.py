"""What every group of settings has in common."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from skywatch.config.filling import wrong
from skywatch.i18n import N_


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise wrong(N_("holds characters that cannot be printed"))
    return text


Line = Annotated[str, AfterValidator(_one_line)]
"""Free text on one line."""


class Part(BaseModel):
    """A group of settings: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
