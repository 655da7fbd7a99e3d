"""Picture and video files, as `skywatch score` reads them."""

import json
import zlib
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from skywatch.observation import Verdict
from skywatch.picture import Limits, Regime, Sky, Undecodable
from skywatch.picture.baseline import Baseline, accept, look_of
from skywatch.picture.baseline_file import to_bytes
from skywatch.picture.compare import taken
from skywatch.picture.examine import examine
from skywatch.picture.files import frames, in_a_row, in_folder
from skywatch.picture.measure import Canvas
from skywatch.picture.score import LIGHTS, read, score_files, to_json
from skywatch.picture.vouched import vouched
from tests.picture.drawn import Picture, defocused, encoded, titled, town
from tests.picture.healthy import planes_of


def written(folder: Path, name: str, picture: Picture) -> Path:
    done, data = cv2.imencode(Path(name).suffix, picture)
    assert done
    path = folder / name
    path.write_bytes(data.tobytes())
    return path


def clip(path: Path, picture: Picture) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height, stream.width, stream.pix_fmt = picture.shape[0], picture.shape[1], "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def codes(path: Path, sky: Sky | None = None) -> list[str]:
    return [finding.code for finding in score_files([path], sky)[0].diagnosis.findings]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".webp", ".tif"])
def test_still_pictures_of_every_kind_are_scored(tmp_path: Path, suffix: str) -> None:
    good = written(tmp_path, f"good{suffix}", town(1, 1280, 720))
    soft = written(tmp_path, f"soft{suffix}", titled(defocused(town(1, 1280, 720), 0.0125)))
    assert codes(good) == []
    assert codes(soft) == ["blur"]


def test_a_file_with_a_chinese_name_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "李家村 东门 夜.jpg", town(2, 640, 480))
    assert score_files([path])[0].diagnosis.verdict is Verdict.PASS
    assert to_json(score_files([path]))[0]["file"] == str(path)


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv"])
def test_the_first_picture_of_a_video_is_scored(tmp_path: Path, suffix: str) -> None:
    scored = score_files([clip(tmp_path / f"夜{suffix}", town(3, 640, 480))])[0]
    assert scored.diagnosis.verdict is Verdict.PASS
    assert scored.features is not None
    assert scored.features.width == 640


def test_a_still_and_a_video_of_the_same_view_score_alike(tmp_path: Path) -> None:
    view = defocused(town(4, 1280, 720), 0.006)
    still, video = score_files([written(tmp_path, "a.png", view), clip(tmp_path / "a.mp4", view)])
    assert still.diagnosis.scores["blur"] == pytest.approx(video.diagnosis.scores["blur"], abs=0.06)
    assert still.diagnosis.scores["dark"] == pytest.approx(video.diagnosis.scores["dark"], abs=0.02)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.jpg", b""),
        ("half.jpg", encoded(town(1, 640, 480), "mjpeg").data[:9000]),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + bytes(50)),
        ("notes.txt", "没有图像".encode()),
        ("zeros.mp4", bytes(4000)),
    ],
)
def test_a_file_without_a_picture_is_unknown_and_says_why(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    scored = score_files([path])[0]
    assert scored.features is None
    assert scored.diagnosis.verdict is Verdict.UNKNOWN
    assert [finding.code for finding in scored.diagnosis.findings] == ["undecodable"]
    assert scored.diagnosis.findings[0].detail


@pytest.mark.parametrize("name", ["nothing.jpg", "."])
def test_a_file_that_is_not_there_or_a_folder_is_undecodable(tmp_path: Path, name: str) -> None:
    with pytest.raises(Undecodable):
        read(tmp_path / name)


def test_sound_without_pictures_is_undecodable(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
    with pytest.raises(Undecodable, match="no video"):
        read(path)


def test_a_grey_picture_and_one_with_transparency_are_read(tmp_path: Path) -> None:
    grey = written(tmp_path, "grey.png", np.asarray(cv2.cvtColor(town(5, 640, 480), cv2.COLOR_BGR2GRAY), np.uint8))
    clear = written(tmp_path, "clear.png", np.asarray(cv2.cvtColor(town(5, 640, 480), cv2.COLOR_BGR2BGRA), np.uint8))
    assert [codes(path) for path in (grey, clear)] == [[], []]


def test_what_the_sky_says_decides_about_a_dark_picture(tmp_path: Path) -> None:
    dim = town(1, 1280, 720).astype(np.float32) * 0.1 + np.random.default_rng(1).normal(0, 2, (720, 1280, 1))
    path = written(tmp_path, "dark.png", titled(dim.clip(0, 255).astype(np.uint8)))
    assert codes(path) == ["dark"]
    assert codes(path, LIGHTS[Regime.DAY]) == ["dark"]
    assert codes(path, LIGHTS[Regime.INFRARED]) == ["light_failed"]
    assert codes(path, LIGHTS[Regime.UNLIT]) == []


def test_every_regime_has_a_light() -> None:
    assert {regime: sky.regime for regime, sky in LIGHTS.items()} == {regime: regime for regime in Regime}


def test_limits_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "soft.png", defocused(town(1, 1280, 720), 0.0125))
    assert score_files([path], limits=Limits(blur=0.99))[0].diagnosis.verdict is Verdict.PASS


def test_json_holds_everything_and_is_json(tmp_path: Path) -> None:
    paths = [written(tmp_path, "good.png", town(1, 640, 480)), tmp_path / "none.png"]
    good, none = json.loads(json.dumps(to_json(score_files(paths)), allow_nan=False))
    assert good["verdict"] == "pass"
    assert good["regime"] == "unstated"
    assert good["scores"].keys() >= {"blur", "dark"}
    assert good["features"]["width"] == 640
    assert none["features"] is None
    assert none["findings"][0]["code"] == "undecodable"


def test_a_folder_means_its_pictures_and_clips_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    late, early = written(tmp_path / "b", "2.png", town(1, 64, 48)), written(tmp_path, "1.JPG", town(1, 64, 48))
    moving = clip(tmp_path / "c.mp4", town(2, 64, 48))
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "no.jpg").write_text("no picture", encoding="utf-8")
    assert in_folder(tmp_path) == [early, late, moving]


def film(path: Path, pictures: list[Picture]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=5, options={"g": "4", "crf": "16"})
        stream.height, stream.width, stream.pix_fmt = *pictures[0].shape[:2], "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def test_places_in_a_clip_are_found_between_its_keyframes(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [np.full((64, 96, 3), 20 + 10 * number, np.uint8) for number in range(20)])
    levels = [float(planes.luma.mean()) for planes in frames(path, (0.0, 0.5, 0.95))]
    assert levels == pytest.approx([20, 120, 210], abs=6)
    row = [float(planes.luma.mean()) for planes in in_a_row(path, 0.5, 3)]
    assert row == pytest.approx([120, 130, 140], abs=6)
    assert in_a_row(written(tmp_path, "still.png", town(1, 64, 48)), 0.5, 3) == []


def test_a_clip_tells_whether_it_stands_still(tmp_path: Path) -> None:
    one, other = town(1, 640, 360), town(2, 640, 360)
    alive, dead = film(tmp_path / "a.mp4", [one, other] * 8), film(tmp_path / "b.mp4", [one] * 16)
    moving, frozen = score_files([alive, dead])
    assert moving.features is not None
    assert frozen.features is not None
    assert moving.features.still is not None
    assert frozen.features.still is not None
    assert moving.features.still.changed > 0.5
    assert frozen.features.still.changed < 0.2
    assert "frozen" in frozen.diagnosis.scores


# --- beside pictures that a person vouches for


def days(folder: Path, *seeds: int) -> list[Path]:
    """One view on several days: the same town, each with its own grain and light."""
    folder.mkdir(exist_ok=True)
    rng, paths = np.random.default_rng(3), []
    for number in seeds:
        day = town(7, 640, 360).astype(np.float32) * rng.uniform(0.9, 1.1) + rng.normal(0, 1.5, (360, 640, 1))
        paths.append(written(folder, f"{number}.png", day.clip(0, 255).astype(np.uint8)))
    return paths


def test_beside_other_days_a_turned_camera_is_found(tmp_path: Path) -> None:
    known = vouched(days(tmp_path / "days", 1, 2, 3))
    assert known.usable
    shift = np.array([[1, 0, 40], [0, 1, 0]], np.float32)
    turned = np.asarray(cv2.warpAffine(town(7, 640, 360), shift, (640, 360), borderMode=cv2.BORDER_REFLECT), np.uint8)
    today, bumped = written(tmp_path, "today.png", town(7, 640, 360)), written(tmp_path, "turned.png", turned)
    well, moved = score_files([today, bumped], known=known)
    assert well.diagnosis.findings == ()
    assert "moved" in [finding.code for finding in moved.diagnosis.findings]
    assert len(moved.known.used) == 3
    told = to_json([moved])[0]
    assert told["baseline"]["used"] == [str(path) for path in moved.known.used]
    assert {"code", "severity", "detail", "remark"} == told["findings"][0].keys()
    assert told["findings"][0]["severity"] > 0


def test_a_picture_is_not_compared_with_itself(tmp_path: Path) -> None:
    paths = days(tmp_path / "days", 1, 2, 3)
    first = score_files(paths[:1], known=vouched(paths))[0]
    assert first.known.used == tuple(paths[1:])
    assert first.known.aside == {paths[0]: "itself"}


def test_a_reference_of_another_shape_is_left_aside_and_named(tmp_path: Path) -> None:
    wide = days(tmp_path / "days", 1, 2)
    square = written(tmp_path, "square.png", town(7, 480, 480))
    seen = score_files([square], known=vouched(wide))[0]
    assert seen.known.references == ()
    assert set(seen.known.aside.values()) == {"other_shape"}
    assert seen.diagnosis.unjudged["moved"] == "other_shape"
    assert seen.diagnosis.findings == ()


def test_a_reference_by_another_light_is_left_aside_and_named(tmp_path: Path) -> None:
    colourful = town(7, 640, 360)
    colourful[..., 0] = (colourful[..., 0] * 0.6).astype(np.uint8)
    infrared = np.repeat(cv2.cvtColor(town(7, 640, 360), cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2)
    paths = [written(tmp_path, "day.png", colourful), written(tmp_path, "night.png", np.asarray(infrared, np.uint8))]
    today = written(tmp_path, "today.png", colourful)
    known = vouched(paths)
    assert score_files([today], known=known)[0].known.aside == {paths[1]: "other_light"}
    assert score_files([today], LIGHTS[Regime.DAY], known=known)[0].known.used == (paths[0],)


def test_what_shows_nothing_is_no_reference(tmp_path: Path) -> None:
    black = written(tmp_path, "black.png", np.full((360, 640, 3), 3, np.uint8))
    half = tmp_path / "half.jpg"
    half.write_bytes(encoded(town(1, 640, 480), "mjpeg").data[:9000])
    known = vouched([black, half, tmp_path / "none.png"])
    assert not known.usable
    assert known.broken[black] == "black"
    assert set(known.broken) == {black, half, tmp_path / "none.png"}


# --- what should never have been sent


@pytest.mark.parametrize(
    ("picture", "wanted"),
    [
        (np.full((1, 1, 3), 90, np.uint8), {"too_small"}),
        (np.full((720, 1280, 3), (0, 255, 0), np.uint8), {"no_signal"}),
        (np.full((720, 1280, 3), 255, np.uint8), {"no_signal", "overexposed"}),
        (np.zeros((720, 1280, 3), np.uint8), {"black"}),
    ],
)
def test_a_picture_of_nothing_has_a_name_of_its_own(tmp_path: Path, picture: Picture, wanted: set[str]) -> None:
    seen = score_files([written(tmp_path, "nothing.png", picture)])[0]
    named = {finding.code for finding in seen.diagnosis.findings} | set(seen.diagnosis.unjudged.values())
    assert named & wanted
    json.dumps(to_json([seen]), allow_nan=False)


# --- a baseline as the daemon keeps it


def kept(path: Path, picture: Picture, *, newer: bool = False) -> Path:
    look = look_of(examine(planes_of(picture)), 1000.0, taken(Canvas(planes_of(picture))))
    data = to_bytes(accept(replace(Baseline("gate", "day_colour", 0.0), candidate=look), "Wang", 1000.0))
    if newer:
        rest = b"\x00\x63" + data[22:]
        data = data[:16] + zlib.crc32(rest).to_bytes(4, "big") + rest
    path.write_bytes(data)
    return path


def test_a_stored_baseline_is_a_reference(tmp_path: Path) -> None:
    stored = kept(tmp_path / "gate.day_colour.baseline", town(7, 640, 360))
    today = written(tmp_path, "today.png", town(7, 640, 360))
    seen = score_files([today], known=vouched([stored]))[0]
    assert seen.known.used == (stored,)
    assert "moved" in seen.diagnosis.scores
    assert score_files([today], LIGHTS[Regime.INFRARED], known=vouched([stored]))[0].known.aside == {
        stored: "other_light"
    }
    square = written(tmp_path, "square.png", town(7, 480, 480))
    assert score_files([square], known=vouched([stored]))[0].known.aside == {stored: "other_shape"}


def test_a_stored_baseline_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    newer = kept(tmp_path / "newer.baseline", town(7, 64, 48), newer=True)
    damaged = kept(tmp_path / "damaged.baseline", town(7, 64, 48))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    empty = tmp_path / "empty.baseline"
    empty.write_bytes(to_bytes(Baseline("gate", "day_colour", 0.0)))
    known = vouched([newer, damaged, empty, tmp_path / "none.baseline"])
    assert not known.usable
    assert "newer skywatch (format 99" in known.broken[newer]
    assert "checksum" in known.broken[damaged]
    assert known.broken[empty] == "no_baseline"
    assert "No such file" in known.broken[tmp_path / "none.baseline"]
