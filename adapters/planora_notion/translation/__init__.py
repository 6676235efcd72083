"""From the tracker's words to planora-sync's: pure, nothing is asked."""
