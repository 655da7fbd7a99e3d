"""What `skywatch check` says it has understood."""

from pathlib import Path

from skywatch.config.summary import Places, Plan, SignIn, summarise
from skywatch.inventory import Kind, Light
from tests.config.town import LEDGER, SECRET, YAML, understood


def test_everything_is_counted_once(tmp_path: Path) -> None:
    yaml = (
        YAML.replace("name: 东坡", "name: 东坡, kind: hamlet")
        + "web: {listen: '::1'}\nprobes: {stream: {enabled: no}}\n"
    )
    summary = summarise(understood(tmp_path, yaml, LEDGER.replace("127.10.2.1,,/main,cameras", "127.10.2.1,,/main,")))
    assert summary.total == Places(None, 2, 3, 2, 2)
    assert summary.places == (Places(Kind.VILLAGE, 1, 2, 1, 1), Places(Kind.HAMLET, 1, 1, 1, 1))
    assert summary.lights == {Light.INFRARED: 1, Light.NONE: 1}
    assert summary.access == {"onvif and path": 1, "path only": 1}
    assert summary.carriers == {"移动": 2}
    assert (summary.feeds, summary.uplinks, summary.contractors, summary.unsigned) == (2, 1, 1, 1)
    assert summary.probes == (Plan("heartbeat", True, 60.0, 5.0), Plan("stream", False, 60.0, 5.0))
    assert summary.credentials == (SignIn("cameras", "admin", "file secret", 1),)
    assert summary.address == "[::1]:9655"


def test_a_summary_holds_no_secret(tmp_path: Path) -> None:
    assert SECRET not in repr(summarise(understood(tmp_path)))
