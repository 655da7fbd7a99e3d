"""The value tables of GB/T 28181 (2016 and 2022): catalogue attributes and the 20-digit code. Knows no file.

Sources: GB/T 28181-2016 and -2022, appendix A (catalogue items) and appendix D/E (unified coding).
"""

import re
from collections.abc import Mapping

from skywatch.i18n import N_
from skywatch.inventory import Light

PTZ_TYPES: Mapping[int, str] = {
    1: N_("speed dome"),
    2: N_("dome"),
    3: N_("fixed bullet"),
    4: N_("remote-controlled bullet"),
    5: N_("remote-controlled dome"),
    6: N_("panoramic channel"),
    7: N_("split channel"),
}
"""PTZType 摄像机类型; 5 to 7 came with the edition of 2022."""

PTZ_WORDS: Mapping[str, int] = {
    "球机": 1, "快球": 1, "speed dome": 1, "ptz": 1, "半球": 2, "dome": 2, "固定枪机": 3, "枪机": 3, "枪": 3, "筒机": 3,
    "fixed bullet": 3, "bullet": 3, "fixed": 3, "遥控枪机": 4, "云台枪机": 4, "remote-controlled bullet": 4,
    "遥控半球": 5, "remote-controlled dome": 5, "全景": 6, "拼接": 6, "panoramic channel": 6, "panoramic": 6, "分割": 7,
    "split channel": 7,
}  # fmt: skip

DIRECTIONS: Mapping[int, str] = {
    1: N_("east"),
    2: N_("west"),
    3: N_("south"),
    4: N_("north"),
    5: N_("southeast"),
    6: N_("northeast"),
    7: N_("southwest"),
    8: N_("northwest"),
}
"""DirectionType 监视方位: where the camera looks to."""

DIRECTION_WORDS: Mapping[str, int] = {
    "东": 1, "east": 1, "e": 1, "西": 2, "west": 2, "w": 2, "南": 3, "south": 3, "s": 3, "北": 4, "north": 4, "n": 4,
    "东南": 5, "southeast": 5, "se": 5, "东北": 6, "northeast": 6, "ne": 6, "西南": 7, "southwest": 7, "sw": 7,
    "西北": 8, "northwest": 8, "nw": 8,
}  # fmt: skip

LIGHT_WORDS: Mapping[str, Light] = {
    "无": Light.NONE, "无补光": Light.NONE, "不补光": Light.NONE, "none": Light.NONE, "no": Light.NONE,
    "红外": Light.INFRARED, "红外补光": Light.INFRARED, "红外灯": Light.INFRARED, "infrared": Light.INFRARED,
    "ir": Light.INFRARED, "白光": Light.WHITE, "白光补光": Light.WHITE, "白光灯": Light.WHITE, "暖光": Light.WHITE,
    "white": Light.WHITE, "white light": Light.WHITE, "激光": Light.LASER, "激光补光": Light.LASER,
    "laser": Light.LASER,
}  # fmt: skip
"""SupplyLightType 补光属性 in words; 4 came with the edition of 2022, whose 9 (other) says nothing that helps."""

RESOLUTIONS: Mapping[int, tuple[int, int]] = {
    1: (176, 144),
    2: (352, 288),
    3: (704, 576),
    4: (704, 576),
    5: (1280, 720),
    6: (1920, 1080),
}
"""Resolution 分辨率 by number, as in the SDP field f=: QCIF, CIF, 4CIF, D1, 720P, 1080P; pixels (width, height)."""

CAMERA_TYPES = frozenset({"131", "132"})
"""Digits 11 to 13 of a camera's code: camera, network camera."""

OTHER_TYPES: Mapping[str, str] = {
    "111": N_("a DVR"),
    "112": N_("a video server"),
    "113": N_("an encoder"),
    "114": N_("a decoder"),
    "117": N_("an alarm controller"),
    "118": N_("an NVR"),
    "134": N_("an alarm input"),
    "135": N_("an alarm output"),
    "200": N_("a signalling server"),
    "215": N_("a business group"),
    "216": N_("a virtual organization"),
}

# GB/T 2260: the first two digits of an administrative division.
_PROVINCES = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
        *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"),
    )
)
_LENGTH = 20


def fault_of_code(code: str) -> tuple[str, dict[str, str]] | None:
    """What is wrong with a 20-digit code: (sentence marked for translation, its values); None if it is sound.

    Digits: centre code 8 (administrative division), industry 2, type 3, network 1, serial 6.
    """
    if re.fullmatch(r"\d+(\.\d+)?[eE]\+?\d+", code):
        return N_("a spreadsheet has made a number of the code and lost its last digits"), {}
    if not re.fullmatch(r"[0-9]+", code):
        return N_("must be 20 digits"), {}
    if len(code) != _LENGTH:
        return N_("must be 20 digits, not {count}"), {"count": str(len(code))}
    if code[:2] not in _PROVINCES:
        return N_("begins with {digits}, which is no province"), {"digits": code[:2]}
    if code[10:13] not in CAMERA_TYPES:
        return N_("digits 11 to 13 must be 131 or 132 (a camera), not {digits}"), {"digits": code[10:13]}
    return None
