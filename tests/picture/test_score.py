"""Picture and video files, as `skywatch score` reads them."""

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from skywatch.inventory import Light
from skywatch.observation import Verdict
from skywatch.picture import Limits, Sky, Undecodable
from skywatch.picture.score import read, score_files, to_json
from tests.picture.drawn import Picture, defocused, encoded, titled, town


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
    path = written(tmp_path, "dark.png", titled(np.full((720, 1280, 3), 4, np.uint8)))
    assert codes(path) == ["dark"]
    assert codes(path, Sky(40.0, Light.NONE)) == ["dark"]
    assert codes(path, Sky(-40.0, Light.INFRARED)) == ["light_failed"]
    assert codes(path, Sky(-40.0, Light.NONE)) == []


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
