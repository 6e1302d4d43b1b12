"""派生指标: what is computed from observations — single quarters, growth, contributions, links, trends, revisions.

Pure functions of periods and Decimals. Missing stays None, and what cannot be computed is None with a machine reason.
Nothing here reads a catalogue or a database; `rows` alone knows the columns of the `growth` table.
"""
