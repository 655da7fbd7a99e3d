"""`python -m skywatch`."""

from skywatch.cli import main

main()
