import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

from skywatch.protocols.onvif.library import DEVICE, MEDIA1, MEDIA2, load


def in_a_fresh_process(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    told = in_a_fresh_process("""
        import sys
        import skywatch.protocols.onvif
        print([name for name in ("onvif", "zeep", "httpx", "requests") if name in sys.modules])
    """)
    assert told == "[]\n"


def test_importing_the_library_leaves_logging_and_environment_as_they_were() -> None:
    told = in_a_fresh_process(
        """
        import logging, os
        before = dict(os.environ)
        from skywatch.protocols.onvif.library import load
        load()
        root = logging.getLogger()
        assert not root.handlers, root.handlers
        assert root.level == logging.WARNING
        assert dict(os.environ) == before
        logging.getLogger("skywatch").info("must not be seen")
        """,
        http_proxy="http://127.0.0.1:1",
        https_proxy="http://127.0.0.1:1",
    )
    assert told == ""


def test_whatever_an_import_does_to_the_process_is_undone() -> None:
    told = in_a_fresh_process(
        """
        import logging, os
        from skywatch.protocols.onvif.library import contained
        ours = logging.StreamHandler()
        logging.getLogger().addHandler(ours)
        with contained():
            logging.basicConfig(level=logging.DEBUG, force=True)
            os.environ.pop("http_proxy")
            os.environ["NEW"] = "1"
        assert logging.getLogger().handlers == [ours]
        assert logging.getLogger().level == logging.WARNING
        assert os.environ["http_proxy"] == "here" and "NEW" not in os.environ
        """,
        http_proxy="here",
    )
    assert told == ""


def test_the_wsdls_are_parsed_once_however_many_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        libraries = list(pool.map(lambda _: load(), range(16)))
    assert len({id(library) for library in libraries}) == 1


def test_cameras_share_the_parsed_wsdls() -> None:
    library = load()
    for namespace in (DEVICE, MEDIA1, MEDIA2):
        one = library.service(namespace, "http://192.0.2.1/", object())
        two = library.service(namespace, "http://192.0.2.2/", object())
        assert one._client.wsdl is two._client.wsdl
