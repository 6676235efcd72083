"""Where an entry is filed, and what the whole of all entries tells about one."""
