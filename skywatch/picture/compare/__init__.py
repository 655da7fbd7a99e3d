"""A picture against the same camera's reference pictures and its earlier look: numbers, no verdicts."""

from skywatch.picture.compare.model import Model, Unreadable, model, taken

__all__ = ["Model", "Unreadable", "model", "taken"]
