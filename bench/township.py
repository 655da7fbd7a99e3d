"""Townships for the benches, written out as configurations that the simulator can play. Measures nothing."""

import csv
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

PER_VILLAGE, PER_UPLINK, PER_FEED = 20, 5, 2
"""Cameras in a village; villages on an uplink and on a feed."""

HEADER = (
    *("code", "name", "village", "manufacturer", "model", "host", "onvif_port", "rtsp_port", "stream", "substream"),
    *("resolution", "credentials", "light"),
)
SHIPPED = Path(__file__).parent.parent / "config"
_FIRST_HOST = 127 << 24 | 20 << 16


def shipped_township(folder: Path, port: int) -> Path:
    """A copy of the shipped configuration in `folder`, with metrics on `port` and cameras at 127.77 instead of 127.10:
    somebody may be running the other one. The path of the YAML."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    ledger, path = folder / "cameras.csv", folder / "skywatch.yaml"
    ledger.write_bytes(ledger.read_bytes().replace(b",127.10.", b",127.77."))
    path.write_text(re.sub(r"(?m)^  port: \d+$", f"  port: {port}", path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def big_township(
    folder: Path, cameras: int = 10_000, ports: tuple[int, int] = (8080, 8554), settings: Sequence[str] = ()
) -> Path:
    """Write `skywatch.yaml`, `cameras.csv` and a password for the simulator into `folder`; the path of the YAML.

    Hosts are 127.20.0.1 upward (never .0 or .255), one per camera; `ports` are ONVIF's and RTSP's. At most 60,000
    cameras. `settings` are more lines of YAML.
    """
    if not 0 < cameras <= 60_000:
        raise ValueError(f"{cameras} cameras do not fit into 127.20.0.0/15")
    (folder / "demo-secrets").mkdir(parents=True, exist_ok=True)
    (folder / "demo-secrets" / "simulator").write_text("simulated-only\n", encoding="utf-8")
    villages = -(-cameras // PER_VILLAGE)
    path = folder / "skywatch.yaml"
    path.write_text("\n".join([*settings, *_yaml(cameras, villages)]) + "\n", encoding="utf-8")
    with (folder / "cameras.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_row(number, ports) for number in range(cameras))
    return path


def host(number: int) -> str:
    """The address of camera `number`, from 0."""
    value = _FIRST_HOST + number // 254 * 256 + number % 254 + 1
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _yaml(cameras: int, villages: int) -> list[str]:
    lines = ["credentials:", "  cameras: {username: admin, password_file: demo-secrets/simulator}"]
    lines += ["contractors:", "  - {code: c1, name: 施工队}", "feeds:"]
    lines += [f"  - {{code: f{n}, name: 台区{n}}}" for n in range(-(-villages // PER_FEED))]
    lines += ["uplinks:"]
    carriers = ("移动", "联通", "电信")
    lines += [
        f"  - {{code: u{n}, name: 专线{n}, carrier: {carriers[n % 3]}}}" for n in range(-(-villages // PER_UPLINK))
    ]
    lines += ["villages:"]
    for n in range(villages):
        planned = min(PER_VILLAGE, cameras - n * PER_VILLAGE)
        place = f"longitude: {118 + n % 30 * 0.01:.2f}, latitude: {36 + n // 30 % 30 * 0.01:.2f}"
        lines.append(
            f"  - {{code: v{n}, name: {n}村, planned: {planned}, feed: f{n // PER_FEED}, uplink: u{n // PER_UPLINK}, "
            f"contractor: c1, {place}}}"
        )
    return lines


def _row(number: int, ports: tuple[int, int]) -> tuple[object, ...]:
    old = number % 2
    channel = "/Streaming/Channels/10"
    return (
        f"37039916001320{number + 1:06d}",
        f"{number // PER_VILLAGE}村{number % PER_VILLAGE + 1}号",
        f"v{number // PER_VILLAGE}",
        *("海康威视", "DS-2CD2012-I" if old else "DS-2CD3T25-I5"),
        *(host(number), *ports, channel + "1", channel + "2"),
        "1280x960" if old else "1920x1080",
        "cameras",
        2,
    )
