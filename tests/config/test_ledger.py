"""The ledger as offices keep it: CSV and XLSX in every encoding and order, and what is wrong with it line by line."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skywatch.config import ConfigError
from skywatch.inventory import Camera, Light, Transport
from tests.config.town import CODE, LEDGER, OTHER, SECRET, YAML, mistakes, row, understood

CHINESE = ("设备编码", "设备名称", "所属村", "IP地址", "ONVIF端口", "主码流路径", "凭据", "补光属性")
NO_SIGN_IN = (
    "user names and passwords must not stand in the ledger: it is copied and mailed "
    "(name credentials of the YAML file in the column 凭据 (credentials))"
)
QUOTE = "is no CSV: unexpected end of data (a quotation mark is left open?)"
CELLS = (CODE, "柳泉村口", "liu", "127.10.1.1", "8080", "/main", "cameras", "红外")


def camera(folder: Path, ledger: str | bytes, name: str = "cameras.csv") -> Camera:
    """The only camera of a sound ledger."""
    config = understood(folder, YAML + f"ledger: {name}\n", ledger, name)
    (only,) = config.inventory.cameras.values()
    return only


def text(*rows: tuple[str, ...], delimiter: str = ",") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


def xlsx(*rows: tuple[Any, ...], title: str = "Sheet", second: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for cells in rows:
        sheet.append(cells)
    if second:
        book.create_sheet(second).append(CHINESE)
        book[second].append(CELLS)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_any_excel_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    found = camera(tmp_path, text(CHINESE, CELLS, delimiter=delimiter).encode(encoding))
    assert (found.name, found.onvif_port, found.light) == ("柳泉村口", 8080, Light.INFRARED)


def test_headers_may_be_in_any_order_and_language(tmp_path: Path) -> None:
    chinese = camera(tmp_path, text(CHINESE, CELLS))
    national = ("SupplyLightType", "IPAddress", "DeviceID", "Name", "village", "stream", "onvif port", "Credentials")
    cells = ("2", "127.10.1.1", CODE, "柳泉村口", "柳泉", "/main", "8080", "cameras")
    assert camera(tmp_path, text(national, cells)) == chinese


def test_every_column_becomes_what_it_says(tmp_path: Path) -> None:
    cells = {
        "address": "桥头", "manufacturer": "海康威视", "model": "DS-2", "onvif_port": "80", "rtsp_port": "5540",
        "stream": "/1", "substream": "/2", "profile": "Profile_1", "transport": "tcp", "tls": "是",
        "resolution": "1280x960", "credentials": "cameras", "longitude": "118.2", "latitude": "36.2",
        "direction": "1", "ptz_type": "3", "light": "3", "enabled": "否",
    }  # fmt: skip
    assert camera(tmp_path, row(**cells)) == Camera(
        code=CODE, name="村口", village="liu", host="127.10.1.1", address="桥头", manufacturer="海康威视", model="DS-2",
        longitude=118.2, latitude=36.2, direction="east", ptz_type="fixed bullet", light=Light.WHITE, onvif_port=80,
        rtsp_port=5540, stream="/1", substream="/2", profile="Profile_1", transport=Transport.TCP, tls=True,
        width=1280, height=960, credentials="cameras", enabled=False,
    )  # fmt: skip


def test_an_empty_onvif_port_means_none_and_a_missing_column_means_80(tmp_path: Path) -> None:
    assert camera(tmp_path, row(onvif_port="", stream="/1")).onvif_port is None
    assert camera(tmp_path, row()).onvif_port == 80


def test_titles_above_the_headers_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    ledger = text(("柳泉镇视频监控一机一档",), ("制表：", "2026年"), CHINESE, ("", ""), CELLS, (" ", "　"))
    assert camera(tmp_path, ledger).code == CODE


def test_columns_that_mean_nothing_here_are_passed_over(tmp_path: Path) -> None:
    header = (*CHINESE, "序号", "ParentID", "备注", "", "密码")
    assert camera(tmp_path, text(header, (*CELLS, "1", "3703991500", "换过", "", ""))).code == CODE


def test_the_line_of_a_row_is_where_it_begins_whatever_its_cells_hold(tmp_path: Path) -> None:
    ledger = f'code,name,village,host\n{CODE},"村口\n（东）",liu,127.10.1.1\n{OTHER},桥头,liu,nowhere..\n'
    (said,) = mistakes(tmp_path, YAML, ledger)
    assert said.startswith("cameras.csv:4: host: 'nowhere..' is no address")


def test_an_xlsx_is_read_like_a_csv(tmp_path: Path) -> None:
    typed = (CODE, "柳泉村口", "liu", "127.10.1.1", 8080.0, "/main", "cameras", 2)
    from_book = camera(tmp_path, xlsx(("title",), CHINESE, (), typed), "cameras.xlsx")
    assert from_book == camera(tmp_path, text(CHINESE, CELLS))


def test_a_sheet_of_an_xlsx_is_found_by_name(tmp_path: Path) -> None:
    book = xlsx(("something else",), title="说明", second="台账")
    config = understood(tmp_path, YAML + "ledger: {file: a.xlsx, sheet: 台账}\n", book, "a.xlsx")
    assert list(config.inventory.cameras) == [CODE]
    with pytest.raises(ConfigError, match=r"has no sheet '台帐' \(possible are 说明, 台账\)"):
        understood(tmp_path, YAML + "ledger: {file: a.xlsx, sheet: 台帐}\n", book, "a.xlsx")


def test_a_code_that_excel_made_a_number_of_is_said_to_be_lost(tmp_path: Path) -> None:
    book = xlsx(CHINESE, (float(CODE), *CELLS[1:]))
    with pytest.raises(ConfigError, match=r"a spreadsheet has made a number of the code.*format the column as text"):
        camera(tmp_path, book, "cameras.xlsx")


def damaged(book: bytes) -> bytes:
    """An XLSX whose first sheet is no XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item, b"<broken" if "sheet1" in item.filename else old.read(item))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "cameras.csv: is empty"),
        (b"\n\n,,\n", "cameras.csv: is empty"),
        (b"PK\x03\x04", "cameras.csv: cannot be read as XLSX: BadZipFile (open it in Excel and save it again)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cameras.csv: is an old Excel file (.xls) (save it as .xlsx or as CSV)"),
        (b'code,name,village,host\n"', f"cameras.csv:2: {QUOTE}"),
        (b"x\n\xff\xff\n", "cameras.csv:2: is neither UTF-8 nor GBK text (save it as 'CSV UTF-8' or as .xlsx)"),
        (b"," * 300 + b"x", "cameras.csv:1: has more than 256 columns"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_ledger_says_why(tmp_path: Path, data: bytes, wrong: str) -> None:
    assert mistakes(tmp_path, YAML, data) == [wrong]


def test_a_damaged_workbook_is_one_mistake(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, YAML, damaged(xlsx(CHINESE, CELLS)))
    assert said.startswith("cameras.csv: cannot be read as XLSX: ")


def test_every_mistake_of_a_ledger_comes_at_once(tmp_path: Path) -> None:
    ledger = text(
        ("code", "name", "village", "host", "lihgt", "password", "onvif_port", "端口", "credentials", "longitude"),
        (CODE, "a", "liv", "127.10.1.1", "2", SECRET, "80", "554", "camera", "118.2"),
        (CODE, "", "liu", "127.10.1.1", "2", "", "0", "", "", ""),
        (OTHER, "b", "liu", "127.10.1.300", "", "", "", "", "", "", "", "too much"),
    )
    assert mistakes(tmp_path, YAML, ledger) == [
        "cameras.csv:1: lihgt: is no column of the ledger (did you mean 'light'?)",
        "cameras.csv:1: 端口: does not say which port (ONVIF端口 (onvif_port) or RTSP端口 (rtsp_port))",
        f"cameras.csv:2: password: {NO_SIGN_IN}",
        "cameras.csv:2: village: there is no village 'liv' (did you mean 'liu'?)",
        "cameras.csv:2: credentials: there are no credentials 'camera' (did you mean 'cameras'?)",
        "cameras.csv:2: longitude: longitude and latitude go together; one is missing",
        "cameras.csv:3: name: is empty (name as people say it)",
        "cameras.csv:3: onvif_port: '0' is no port (a number from 1 to 65535)",
        f"cameras.csv:3: code: {CODE} is already in line 2",
        "cameras.csv:3: host: 127.10.1.1, with the same port and stream, is already in line 2",
        "cameras.csv:4: host: '127.10.1.300' is no address and no host name (an address such as 10.1.2.3, or a name)",
        "cameras.csv:4: has more cells than there are headers (a comma too many?)",
    ]


def test_a_header_of_several_lines_is_said_on_one(tmp_path: Path) -> None:
    ledger = text((*CHINESE, "红外\n灯\x1b[2J"), (*CELLS, "1"))
    assert mistakes(tmp_path, YAML, ledger) == ["cameras.csv:1: 红外 灯?[2J: is no column of the ledger"]


def test_a_ledger_without_a_camera_is_a_warning(tmp_path: Path) -> None:
    config = understood(tmp_path, YAML, text(("title",), CHINESE))
    assert config.warnings == (f"{tmp_path}/cameras.csv:2: has headers, but no camera under them",)


def test_missing_columns_are_said_by_both_names(tmp_path: Path) -> None:
    said = mistakes(tmp_path, YAML, f"DeviceID,Name\n{CODE},村口\n")
    assert said == [
        "cameras.csv:1: 所属村: the column 所属村 (village) is missing (code or name of a village of the YAML file)",
        "cameras.csv:1: IP地址: the column IP地址 (host) is missing (IP address or host name)",
    ]


def test_two_columns_for_the_same_thing_are_a_mistake(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, YAML, f"code,DeviceID,name,village,host\n{CODE},{CODE},a,liu,127.0.0.1\n")
    assert said == "cameras.csv:1: DeviceID: means the same as a column before it: code"


def test_channels_of_one_recorder_are_different_cameras(tmp_path: Path) -> None:
    ledger = f"code,name,village,host,stream\n{CODE},a,liu,10.0.0.1,/1\n{OTHER},b,liu,10.0.0.1,/2\n"
    assert len(understood(tmp_path, YAML, ledger).inventory.cameras) == 2


def test_a_village_name_that_two_villages_have_must_be_a_code(tmp_path: Path) -> None:
    yaml = YAML.replace("name: 东坡", "name: 柳泉")
    (said,) = mistakes(tmp_path, yaml, row(village="柳泉"))
    assert said.startswith("cameras.csv:2: village: there is no village '柳泉'")


BYTES = (
    st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.binary(max_size=200).map(lambda more: LEDGER.encode() + more)
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BYTES)
def test_any_bytes_are_a_ledger_or_a_list_of_mistakes(tmp_path: Path, data: bytes) -> None:
    try:
        config = understood(tmp_path, YAML, data)
    except ConfigError as error:
        outcome = len(error.mistakes)
    else:
        outcome = len(config.inventory.cameras)
    assert outcome > 0


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_to_a_workbook_is_a_list_of_mistakes_at_worst(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    book = bytearray(xlsx(CHINESE, CELLS))
    for place, value in damage:
        book[4 + place % (len(book) - 4)] = value
    try:
        outcome = len(understood(tmp_path, YAML + "ledger: a.xlsx\n", bytes(book), "a.xlsx").inventory.cameras)
    except ConfigError as error:
        outcome = len(error.mistakes)
    assert outcome > 0
