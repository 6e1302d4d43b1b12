"""Where the bureau and the departments work: routes that change something, each a form or script posting to it."""
