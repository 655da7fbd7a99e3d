"""Quoting what a camera said: short, printable, and without any secret that it repeats."""

import re

_SECRET = re.compile(
    r"(?i)(?<![a-z])(user(?:name)?|usr|pass(?:word|wd)?|pwd|token|auth|key|nonce|response)(\s*[=:]\s*\"?)[^\s&\"_,;]+"
)
_USERINFO = re.compile(r"//[^/\s@]*@")


def quote(text: str, limit: int = 100) -> str:
    """`text` in one line of at most `limit` printable characters."""
    plain = "".join(character if character.isprintable() else "." for character in text[: limit * 4])
    plain = _SECRET.sub(r"\1\2***", _USERINFO.sub("//***@", plain)).strip()
    return plain if len(plain) <= limit else plain[: limit - 3] + "..."
