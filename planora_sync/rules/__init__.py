"""What is wrong, one rule a file."""
