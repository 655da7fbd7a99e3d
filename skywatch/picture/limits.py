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
        default=0.57,
        description="The same at dusk, by night and in dark pictures, where lamps and grain make edges softer.",
    )
    motion_blur: Score = Field(
        default=0.5, description="The same of a picture that is soft along one direction: shaken."
    )
    motion_by_night: Score = Field(
        default=0.8, description="The same by night, where lamps draw streaks and shutters stay open longer."
    )
    dirty_lens: Score = Field(default=0.5, description="Dirt score from which a lens is called dirty.")
    low_contrast: Score = Field(
        default=0.5, description="Score of lost contrast from which a picture is said to have little: fog, haze, rain."
    )
    low_resolution: Score = Field(
        default=0.5, description="Score from which a picture is called smaller than the ledger says it is."
    )
    dark: Score = Field(default=0.5, description="Dark score of a picture by daylight from which it is called dark.")
    dark_unstated: Score = Field(
        default=0.55,
        description="The same at dusk, by night, and for a picture of which nobody knows when and where it was taken.",
    )
    dark_by_infrared: Score = Field(
        default=0.61,
        description="The same for a picture without colour: an infrared lamp lights what is near, and not brightly.",
    )
    light_failed: Score = Field(
        default=0.5, description="Score by night, at a camera with a light, from which the light has failed."
    )
    overexposed: Score = Field(default=0.5, description="Score from which a picture is called overexposed.")
    colour_cast: Score = Field(default=0.5, description="Score from which a picture is said to have a colour cast.")
    mono_by_day: Score = Field(default=0.5, description="Score by daylight from which the colour is called lost.")
    noise: Score = Field(default=0.5, description="Noise score from which a picture is called noisy.")
    stripes: Score = Field(default=0.5, description="Stripes score from which a picture is called striped.")
    black: Score = Field(default=0.5, description="Black score from which a picture is called black.")
    no_signal: Score = Field(
        default=0.5, description="Score of a drawn picture from which it is called no signal, or a placeholder."
    )
    torn: Score = Field(default=0.5, description="Torn score from which a picture is called torn, or half decoded.")
    frozen: Score = Field(default=0.5, description="Stillness score from which a picture is called frozen.")
    flicker: Score = Field(default=0.5, description="Flicker score from which a picture is said to flicker.")
    menu: Score = Field(default=0.5, description="Menu score from which a menu is said to be open on the picture.")
    privacy_mask: Score = Field(default=0.5, description="Mask score from which a picture is said to be masked.")
    masked_too_much: Score = Field(
        default=0.2, description="Share of the picture from which a privacy mask is a fault and no remark."
    )
    too_small: int = Field(
        default=4096, ge=1, description="A picture of fewer pixels is no picture; nothing is said of its signal."
    )
    moved: Score = Field(default=0.5, description="Moved score from which a camera is called moved.")
    scene_changed: Score = Field(
        default=0.5,
        description="Score from which nothing in view is called what it was: swung away, or another camera.",
    )
    covered: Score = Field(default=0.5, description="Covered score from which a camera is called covered.")
    too_dark_for_covered: float = Field(
        default=24.0, ge=0, le=255, description="Median luma under which a shapeless picture may be an unlit night."
    )
    too_flat_for_view: Score = Field(
        default=0.08,
        description="With structure in less than this share of the picture or of the reference, one that is not found "
        "in the other is no other scene.",
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
