"""stub"""
from pathlib import Path
from skywatch.picture.score import Scored
def explain(scored: Scored, path: Path) -> None:
    """x"""
