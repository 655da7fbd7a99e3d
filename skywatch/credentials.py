"""A user name and a password, which never show themselves."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a camera is signed in to with. `repr` and `str` show the user name only."""

    username: str
    password: str = field(repr=False)
