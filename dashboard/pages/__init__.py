"""One module a page: `layout(**query)` turns what the address asks for into what is seen."""
