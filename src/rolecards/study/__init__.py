"""Study notes in Markdown: what of a page becomes which card, what is left out, and the page's outline for paper."""
