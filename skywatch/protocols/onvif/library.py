"""The one door to onvif-zeep-async and zeep: imported late, kept from touching the process, its WSDLs parsed once.

The library calls `logging.basicConfig` and edits `os.environ` when it feels like it; whatever it does on import is
undone here. Importing and parsing take half a second of CPU and need no loop: `load` belongs in a thread.
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA1 = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"

_BINDINGS = {DEVICE: "DeviceBinding", MEDIA1: "MediaBinding", MEDIA2: "Media2Binding"}
_FILES = {DEVICE: "devicemgmt.wsdl", MEDIA1: "media.wsdl", MEDIA2: "media2.wsdl"}
_OURS = Path(__file__).parent / "wsdl"
_once = threading.Lock()


@contextmanager
def contained() -> Iterator[None]:
    """Whatever the import inside does to the root logger and to the environment is undone."""
    root, environment = logging.getLogger(), dict(os.environ)
    level, handlers = root.level, list(root.handlers)
    root.addHandler(logging.NullHandler())  # basicConfig does nothing where a handler is: no stray line meanwhile
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)


class Library:
    """Parsed WSDLs by namespace, and what is needed to call by them. One a process: cameras share all of it."""

    def __init__(self) -> None:
        with contained():
            from onvif import client as onvif_client
            from zeep import Settings
            from zeep.transports import Transport
        logging.getLogger("zeep").setLevel(logging.CRITICAL)  # it logs a traceback for every number a camera misspells
        self._client = onvif_client
        self._settings = Settings(strict=False, xml_huge_tree=False, forbid_dtd=True, forbid_external=True)
        self._loader = _loader(Transport, Path(onvif_client.__file__).parent / "wsdl")
        self._documents = {namespace: self._parse(name) for namespace, name in _FILES.items()}

    def _parse(self, name: str) -> Any:
        """One WSDL, with the library's forgiving dates; as its own `_cached_document` does it, without its executor."""
        document = self._client.DocumentWithDeferredLoad(
            str(self._loader.folder / name), self._loader, settings=self._settings
        )
        schema = document.types.documents.get_by_namespace("http://www.w3.org/2001/XMLSchema", False)[0]
        for kind in (self._client.FastDateTime, self._client.ForgivingTime):
            schema.register_type(kind._default_qname, kind(is_global=True))
        document.types.add_documents([None], document.location)
        document.original_load(document.location)
        return document

    def service(self, namespace: str, url: str, transport: Any) -> Any:
        """A zeep service of `namespace` at `url`: its coroutines are the operations. Costs a camera nothing that
        stays."""
        client = self._client.ZeepAsyncClient(
            wsdl=self._documents[namespace], transport=transport, settings=self._settings
        )
        return client.create_service(f"{{{namespace}}}{_BINDINGS[namespace]}", url)

    def token(self, username: str, password: str, **options: Any) -> Any:
        """A WS-Security UsernameToken with a digested password, which can be applied to an envelope."""
        return self._client.UsernameDigestTokenDtDiff(username, password, use_digest=True, **options)


def _loader(transport: Any, folder: Path) -> Any:
    """A zeep transport that reads the library's WSDLs and ours, and nothing else: neither other files nor the net."""

    class Loader(transport):  # type: ignore[misc]  # the base is known only after the import
        def __init__(self) -> None:
            super().__init__()
            self.folder = folder

        def load(self, url: str) -> bytes:
            name = Path(url).name
            ours = _OURS / name
            return (ours if ours.exists() else folder / name).read_bytes()

    return Loader()


@cache
def _library() -> Library:
    return Library()


def load() -> Library:
    """The library, imported and parsed at the first call. Blocks for half a second then; safe from any thread."""
    with _once:
        return _library()
