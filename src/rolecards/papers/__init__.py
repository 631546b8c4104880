"""The printed papers: their content and their sheets."""
