"""What is written about failures agrees with what is raised."""

import re

from skywatch.probes.stream import RTSP_FINDINGS
from tests.real import ROOT

NOT_RTSP = {"not_onvif", "onvif_fault", "internal"}


def test_every_failure_of_a_stream_is_explained() -> None:
    page = (ROOT / "docs" / "reference" / "failures.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## (\w+)$", page, re.MULTILINE))
    assert headings == set(RTSP_FINDINGS) - NOT_RTSP
