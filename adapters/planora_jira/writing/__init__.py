"""Changes as calls, the calls themselves, and what became of them."""
