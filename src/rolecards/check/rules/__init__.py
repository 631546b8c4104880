"""The rules of `check`, a family a file."""
