"""Supervision: the programme's tasks, how they move, what light they show and whether the numbers bear them out."""
