"""Cells of the ledger, as people type them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.config import cells
from skywatch.config.cells import Refused
from skywatch.config.columns import COLUMNS, Column
from skywatch.inventory import Light, Transport


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (cells.code, "37039915001320000001", "37039915001320000001"),
        (cells.code, " ３７０３９９１５００１３２０００００１０ ", "37039915001320000010"),
        (cells.code, "370399 15001320 000001", "37039915001320000001"),
        (cells.code, "'37039915001310000001", "37039915001310000001"),
        (cells.host, "10.1.2.3", "10.1.2.3"),
        (cells.host, "１０．１．２．３", "10.1.2.3"),
        (cells.host, "cam-1.liuquan.local", "cam-1.liuquan.local"),
        (cells.host, "CAM_1", "CAM_1"),
        (cells.host, "fe80::1", "fe80::1"),
        (cells.port, "８０８０", 8080),
        (cells.port, "80.0", 80),
        (cells.port_or_none, "无", None),
        (cells.port_or_none, "-", None),
        (cells.path, "/Streaming/Channels/101", "/Streaming/Channels/101"),
        (cells.path, "cam/realmonitor?channel=1&subtype=0", "/cam/realmonitor?channel=1&subtype=0"),
        (cells.resolution, "1920x1080", (1920, 1080)),
        (cells.resolution, "1920*1080", (1920, 1080)),
        (cells.resolution, "1280×960", (1280, 960)),
        (cells.resolution, "1080P", (1920, 1080)),
        (cells.resolution, "200万像素", (1920, 1080)),
        (cells.resolution, "130万", (1280, 960)),
        (cells.resolution, "6", (1920, 1080)),
        (cells.resolution, "6/4/2", (1920, 1080)),
        (cells.resolution, "2/5", (1280, 720)),
        (cells.yes, "是", True),
        (cells.yes, "停用", False),
        (cells.yes, "TRUE", True),
        (cells.transport, "UDP", Transport.UDP),
        (cells.transport, "自动", Transport.AUTO),
        (cells.light, "1", Light.NONE),
        (cells.light, "2.0", Light.INFRARED),
        (cells.light, "红外补光", Light.INFRARED),
        (cells.light, "3-白光补光", Light.WHITE),
        (cells.light, "Laser", Light.LASER),
        (cells.light, "4、激光", Light.LASER),
        (cells.ptz_type, "1", "speed dome"),
        (cells.ptz_type, "固定枪机", "fixed bullet"),
        (cells.ptz_type, "7", "split channel"),
        (cells.ptz_type, "鱼眼", "鱼眼"),
        (cells.direction, "8", "northwest"),
        (cells.direction, "朝东南", "southeast"),
        (cells.direction, "北向", "north"),
        (cells.direction, "对着河", "对着河"),
        (cells.longitude, "118.2", 118.2),
        (cells.longitude, "118.2°", 118.2),
        (cells.latitude, "-36", -36.0),
        (cells.words, " 村口  东 ", "村口 东"),
    ],
)
def test_a_cell_is_read_as_people_type_it(read: Callable[[str], Any], written: str, value: Any) -> None:
    assert read(written) == value


HOST = "an address such as 10.1.2.3, or a name"


@pytest.mark.parametrize(
    ("read", "written", "what", "meant"),
    [
        (cells.code, "3703991500132000000", "must be 20 digits, not 19: '3703991500132000000'", ""),
        (cells.code, "village-1", "must be 20 digits: 'village-1'", ""),
        (
            cells.code,
            "3.70399E+19",
            "a spreadsheet has made a number of the code and lost its last digits: '3.70399E+19'",
            "format the column as text, then enter the codes again",
        ),
        (
            cells.code,
            "99039915001320000001",
            "begins with 99, which is no province: '99039915001320000001'",
            "",
        ),
        (
            cells.code,
            "37039915001180000001",
            "digits 11 to 13 must be 131 or 132 (a camera), not 118: '37039915001180000001'",
            "that is an NVR",
        ),
        (
            cells.host,
            "10.0.0.256",
            "'10.0.0.256' is no address and no host name",
            HOST,
        ),
        (cells.host, "10.0.0", "'10.0.0' is no address and no host name", HOST),
        (
            cells.host,
            "010.0.0.1",
            "'010.0.0.1' is no address and no host name",
            HOST,
        ),
        (cells.host, "10.0.0.1:80", "'10.0.0.1:80' is no address and no host name", "the port has a column of its own"),
        (
            cells.host,
            "rtsp://admin:hunter2@10.0.0.1/",
            "(hidden) is no address and no host name",
            HOST,
        ),
        (cells.port, "0", "'0' is no port", "a number from 1 to 65535"),
        (cells.port, "65536", "'65536' is no port", "a number from 1 to 65535"),
        (cells.port, "八十", "'八十' is no port", "a number from 1 to 65535"),
        (
            cells.path,
            "rtsp://admin:hunter2@10.0.0.1/1/1",
            "is a whole address; only the path belongs here",
            "such as /Streaming/Channels/101",
        ),
        (
            cells.path,
            "/user=admin&password=hunter2&channel=1",
            "holds a password",
            "give credentials by name; cameras take them by Digest too",
        ),
        (cells.resolution, "高清", "'高清' is no resolution", "such as 1920x1080, 1080p or 200万"),
        (cells.yes, "maybe", "'maybe' is neither yes nor no", "write 是 or 否"),
        (cells.transport, "http", "'http' is no transport", "possible are auto, tcp, udp"),
        (cells.light, "红外补", "'红外补' is no supplementary light", "did you mean '红外补光'?"),
        (cells.light, "9", "'9' is no supplementary light", "1 none, 2 infrared, 3 white, 4 laser"),
        (cells.light, "双光", "'双光' is no supplementary light", "1 none, 2 infrared, 3 white, 4 laser"),
        (cells.ptz_type, "8", "'8' is not in the catalogue", "a number from 1 to 7"),
        (cells.direction, "9", "'9' is not in the catalogue", "a number from 1 to 8"),
        (cells.longitude, "181", "'181' is more than 180 degrees", ""),
        (cells.latitude, "118.2", "'118.2' is more than 90 degrees", "are longitude and latitude swapped?"),
        (cells.longitude, "118,2", "'118,2' is no number of degrees", "such as 118.12345"),
        (cells.longitude, "nan", "'nan' is no number of degrees", "such as 118.12345"),
        (cells.words, "x" * 201, "is longer than 200 characters", ""),
        (cells.words, "a\x07b", "holds characters that cannot be printed", ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(
    read: Callable[[str], Any], written: str, what: str, meant: str
) -> None:
    with pytest.raises(Refused) as caught:
        read(written)
    assert (caught.value.what, caught.value.meant) == (what, meant)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
@settings(deadline=None)
@given(text=st.text(min_size=1))
def test_any_text_is_a_value_or_a_refusal(column: Column, text: str) -> None:
    try:
        value = column.read(text)
    except Refused as refused:
        value = refused.what
    assert value is not None or column.key == "onvif_port"
