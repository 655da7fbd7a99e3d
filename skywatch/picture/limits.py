"""The limits that `diagnose` judges by: every one a setting, none of them used anywhere else."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Score = Annotated[float, Field(ge=0, le=1)]


class Limits(BaseModel):
    """Absolute limits for pictures of any camera: they catch the gross cases. Scores are explained in scores.md; a
    picture is at fault when its score is above the limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    blur: Score = Field(default=0.5, description="Blur score of a picture by daylight from which it is called blurred.")
    blur_by_night: Score = Field(
        default=0.55,
        description="The same at dusk, by night and in dark pictures, where lamps and grain make edges softer.",
    )
    dark: Score = Field(
        default=0.5, description="Darkness score of a picture by daylight from which it is called dark."
    )
    dark_unstated: Score = Field(
        default=0.65, description="The same for a picture of which nobody knows when and where it was taken."
    )
    light_failed: Score = Field(
        default=0.8, description="Darkness score by night, at a camera with a light, from which the light has failed."
    )
    black: Score = Field(default=0.5, description="Black score from which a picture is called black.")
    no_signal: Score = Field(
        default=0.5, description="Score of a drawn picture from which it is called no signal, or a placeholder."
    )
    too_small: int = Field(
        default=4096, ge=1, description="A picture of fewer pixels is no picture; nothing is said of its signal."
    )
    too_dark_for_blur: Score = Field(
        default=0.77, description="Darkness score from which grain hides the edges, and blur is not judged."
    )
    too_flat_for_blur: int = Field(
        default=8, ge=1, le=24, description="Fewer of the picture's 24 cells with any contrast, and blur is not judged."
    )
    too_small_for_blur: int = Field(
        default=70_000, ge=1, description="A picture of fewer pixels is soft by nature, and its blur is not judged."
    )
