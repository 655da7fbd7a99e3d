"""HTTP: every route in one list (`routes.py`); pages move in here."""

from skywatch.web.routes import Sources
from skywatch.web.server import Web

__all__ = ["Sources", "Web"]
