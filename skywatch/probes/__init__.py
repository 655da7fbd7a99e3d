"""Ways of looking at a camera: `PROBES` is the one list of them; a file each."""

from skywatch.probes import device, heartbeat, picture, stream
from skywatch.probes.accounts import Account, Accounts
from skywatch.probes.baselines import Baselines
from skywatch.probes.probe import Options, Probe, Recollection, Tools

PROBES: dict[str, Probe] = {probe.name: probe for probe in (heartbeat.PROBE, device.PROBE, stream.PROBE, picture.PROBE)}

__all__ = ["PROBES", "Account", "Accounts", "Baselines", "Options", "Probe", "Recollection", "Tools"]
