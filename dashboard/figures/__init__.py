"""Charts as plain dictionaries for Plotly: only the traces that are needed, colours that hold in light and dark."""
