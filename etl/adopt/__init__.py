"""Hand-made tables: proposing a mapping (对照表), keeping the confirmed one, and reading by it."""
