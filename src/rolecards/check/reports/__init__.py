"""Reports of problems, one format in each module."""
