"""PS1xx: entries that are filed in the wrong layer."""
