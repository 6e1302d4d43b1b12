"""The New Area's catalogue, the published series and the generator of simulated returns."""
