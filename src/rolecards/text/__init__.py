"""The markup that authors write in one line of text."""
