"""The catalogue: what exists to be measured, by whom, on which form, against which target, from which document."""
