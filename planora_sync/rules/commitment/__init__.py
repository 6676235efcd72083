"""PS2xx: planned tasks that are no commitment: without owner, deadline, or end."""
