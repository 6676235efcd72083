"""The vendor's library, what its answers mean, and how fast it may be asked."""
