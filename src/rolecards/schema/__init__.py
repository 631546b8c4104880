"""The schema of the content: the keys of each kind of file, and the rules across files."""
