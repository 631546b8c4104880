"""The rules of `check`, corrections of their findings, and reports."""
