"""What a command was told, as cameras: codes, names and villages of the ledger; for `skywatch probe` a URL or a bare
host too."""

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from skywatch.credentials import Credentials
from skywatch.i18n import _
from skywatch.inventory import Camera, Inventory
from skywatch.terminal import Failure

SECRET_NAME = "command-line"  # noqa: S105 - the name under which the command line's credentials are known

EVERYTHING = "all"


class UnknownTarget(Failure):
    """The text names no camera; the message says why, for a person."""


def resolve(what: str, inventory: Inventory | None) -> tuple[Camera, Credentials | None]:
    """The camera meant by `what`, and the credentials that a URL carried (they stay out of the camera).

    Raises UnknownTarget.
    """
    if inventory is not None and (camera := _in_ledger(what, inventory)):
        return camera, None
    return _by_url(what) if "://" in what else (_by_host(what), None)


def chosen(what: str, inventory: Inventory) -> list[Camera]:
    """The enabled cameras meant by `all`, the code or name of a village, or a camera's code, name or host. Raises
    Failure."""
    if what == EVERYTHING:
        found = list(inventory.cameras.values())
    elif villages := [code for code, village in inventory.villages.items() if what in (code, village.name)]:
        found = [camera for code in villages for camera in inventory.by_village[code]]
    else:
        found = [known_camera(what, inventory)]
    return [camera for camera in found if camera.enabled]


def known_camera(what: str, inventory: Inventory) -> Camera:
    """The camera of the ledger that goes by this code, name or host. Raises Failure."""
    camera, _secret = resolve(what, inventory)
    if camera.code not in inventory.cameras:
        raise Failure(_("{what}: no such camera or village in the ledger").format(what=what))
    return camera


def _in_ledger(what: str, inventory: Inventory) -> Camera | None:
    if what in inventory.cameras:
        return inventory.cameras[what]
    found = [camera for camera in inventory.cameras.values() if what in (camera.name, camera.host)]
    if len(found) > 1:
        codes = ", ".join(camera.code for camera in found[:5])
        raise UnknownTarget(_("{what} names {count} cameras: {codes}").format(what=what, count=len(found), codes=codes))
    return found[0] if found else None


def _by_url(text: str) -> tuple[Camera, Credentials | None]:
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError as error:
        raise UnknownTarget(_("not an address: {error}").format(error=error)) from None
    secret = Credentials(unquote(url.username), unquote(url.password or "")) if url.username else None
    if not host or url.scheme not in ("rtsp", "rtsps", "http", "https"):
        raise UnknownTarget(_("write a host, rtsp://HOST/PATH or http://HOST:PORT"))
    bare = Camera(code=host, name=host, village="", host=host, tls=url.scheme in ("rtsps", "https"))
    if url.scheme.startswith("http"):
        return replace(bare, onvif_port=port or (443 if bare.tls else 80)), secret
    path = url.path + (f"?{url.query}" if url.query else "")
    return replace(bare, onvif_port=None, rtsp_port=port or (322 if bare.tls else 554), stream=path or "/"), secret


def _by_host(text: str) -> Camera:
    host, _colon, port = text.partition(":") if text.count(":") == 1 else (text, "", "")
    if not host or " " in host or not (port.isdigit() or not port):
        raise UnknownTarget(_("{what}: no such camera in the ledger, and not a host name").format(what=text))
    return Camera(code=host, name=host, village="", host=host, onvif_port=int(port) if port else 80)
