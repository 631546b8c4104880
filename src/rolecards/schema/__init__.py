"""The schema of the content: what may be in each kind of file, and what must hold across files."""
