"""Role content to an Anki deck, printed handouts and reports."""

__version__ = "0.1.0"
