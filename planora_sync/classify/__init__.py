"""The nature of an entry, from evidence."""
