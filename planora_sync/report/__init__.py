"""What an audit found, for people and machines."""
