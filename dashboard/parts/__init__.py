"""The pieces pages are made of: marks, bullets, sparklines, cards, panels. Plain HTML, so that they paint at once."""
