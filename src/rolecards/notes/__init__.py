"""Notes: what is on the cards, from entries and from Markdown notes."""
