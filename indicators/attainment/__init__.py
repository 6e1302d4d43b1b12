"""目标达成: verdicts on targets, each with every component it came from, and the published methods beside them."""
