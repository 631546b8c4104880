"""The printed papers: what is on them, and the sheets that they are printed on."""
