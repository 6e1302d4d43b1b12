"""HOW a return becomes a generation: templates, reading, parsing, checking, review, publishing."""
