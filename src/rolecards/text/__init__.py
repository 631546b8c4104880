"""The markup that authors write in texts."""
