"""What other rooms let one set here: the options of the probes and of the sections, as shipped and as documented."""

import pytest
from pydantic import BaseModel

from skywatch.config import load
from skywatch.parts import SECTIONS
from skywatch.probes import PROBES
from tests.config.test_docs import CONFIGURATION, undocumented
from tests.config.test_shipped import SHIPPED, shipped

OPTIONS: dict[str, type[BaseModel]] = {name: probe.options for name, probe in PROBES.items()}


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_of_a_probe_is_documented_with_its_default(name: str) -> None:
    assert undocumented(OPTIONS[name], f"probes.{name}", CONFIGURATION) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_every_option_of_a_section_is_documented_with_its_default(name: str) -> None:
    assert undocumented(SECTIONS[name], name, CONFIGURATION) == []


@pytest.mark.parametrize("name", OPTIONS)
def test_the_shipped_file_shows_every_probe_with_its_default(name: str) -> None:
    assert OPTIONS[name].model_validate(shipped().plain["probes"][name]) == OPTIONS[name]()


def test_the_shipped_configuration_loads_with_the_real_options() -> None:
    config = load(SHIPPED, OPTIONS, SECTIONS, {})
    assert config.warnings == ()
    assert {name: type(options) for name, options in config.probes.items()} == OPTIONS


def test_no_option_wants_more_than_text_can_say() -> None:
    """Scalars of YAML reach a model as text: a strict model would refuse its own defaults."""
    models: list[type[BaseModel]] = [*OPTIONS.values(), *SECTIONS.values()]
    for model in models:
        said = {name: str(value) for name, value in model().model_dump(mode="json").items()}
        assert model.model_validate(said) == model()
