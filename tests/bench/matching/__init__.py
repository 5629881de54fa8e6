"""How a round of supporters does beside first come first served and a greedy."""
