"""WHAT is measured: catalogue, periods, units, values, targets, attainment. Pure: no database, no web."""
