"""目标达成: verdicts on targets, each with every component it came from, and the published methods beside them.

The way through: `series` (what was known on a day) → `flows`, `steps`, `subannual`, `ledger`, `volume` (what may be
compared) → one rule module per kind (`levels`, `caps`, `cap_rate`, `band`, `growth`, `benchmark`, `within_year`,
`evidence`, on the rules of `pace_rule`) → `sentences` → `evaluate`. Beside it stand `projection` and `backtest`,
`second_lens`, `change` (why a verdict moved) and `rollup`.
"""
