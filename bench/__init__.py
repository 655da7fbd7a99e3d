"""What is claimed, measured against what a user would run instead. `make bench`."""
