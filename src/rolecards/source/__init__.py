"""The files of the content folder, as values with their places."""
