"""Study notes in Markdown: the cards of each page, its skipped blocks, and its outline for paper."""
