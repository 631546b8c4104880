"""Text of the content folder: its files, and their values with the way back to each value's place."""
