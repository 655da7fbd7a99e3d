"""Asks a camera for its time with onvif-zeep, and prints what that cost. Run by heartbeat.py with a Python that has
onvif-zeep and nothing of skywatch: HOST PORT CALLS."""

import json
import site
import statistics
import sys
import time
from pathlib import Path

from onvif import ONVIFCamera


def wsdl() -> str:
    """Where pip put the WSDL files: beside site-packages or in it, by the layout of the day (its default looks
    elsewhere)."""
    roots = [Path(root) for root in (*site.getsitepackages(), sys.prefix)]
    places = [root / folder for root in roots for folder in ("wsdl", "onvif/wsdl")]
    return str(next(place for place in places if (place / "devicemgmt.wsdl").exists()))


def main(host: str, port: int, calls: int) -> None:
    began = time.process_time()
    camera = ONVIFCamera(host, port, "admin", "simulated-only", wsdl())
    made = time.process_time() - began
    camera.devicemgmt.GetSystemDateAndTime()
    each = []
    for _ in range(calls):
        began = time.process_time()
        camera.devicemgmt.GetSystemDateAndTime()
        each.append(time.process_time() - began)
    print(json.dumps({"ms_zeep": 1000 * statistics.mean(each), "ms_zeep_client": 1000 * made}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
