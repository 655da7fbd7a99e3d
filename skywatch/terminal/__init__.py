"""What a person sees in a terminal: tables, steps, the live board. Rich only; nothing is decided here."""
