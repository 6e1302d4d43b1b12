"""对照表: how a hand-made table is read, as a person confirmed it; the model of it and the matching of texts."""
