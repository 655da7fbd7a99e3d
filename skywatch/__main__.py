"""`python -m skywatch`."""

from skywatch.cli import main

if __name__ == "__main__":  # the picture workers import this file again under another name
    main()
