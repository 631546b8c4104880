"""The rules of `check`, one family in each module."""
