"""Packages held against each other: read from anywhere, told apart, and rehearsed in the real Anki."""
