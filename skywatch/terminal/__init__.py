"""What a person sees in a terminal: tables, steps, the live board. Rich only; nothing is decided here."""


class Failure(Exception):
    """The command cannot be done; the message tells a person why."""
