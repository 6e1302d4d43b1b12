"""Ad hoc SQL by people we serve and do not trust: judge the statement, answer it in a process of its own.

`statement` decides on the syntax tree whether a text is exactly one SELECT over the generation's tables with reviewed
functions; `child` answers it in a process with limits, which `process` starts; `run` puts the two together.
"""
