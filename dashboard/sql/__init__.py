"""Asking in SQL on the web: the questions' routes, the tree of tables, and examples to begin with."""
