"""Setting up a connection: from an address and a token to a configuration with a mapping that fits."""
