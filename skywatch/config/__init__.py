"""What is watched and how, from YAML and the ledger: `load` gives a `Config`, or a `ConfigError` with every mistake."""

from skywatch.config.load import Config, load
from skywatch.config.mistakes import ConfigError, Mistake
from skywatch.config.secrets import Secrets
from skywatch.config.settings import Settings, Window

__all__ = ["Config", "ConfigError", "Mistake", "Secrets", "Settings", "Window", "load"]
