"""Matching (マッチング): which expert for which request, proposed at once, bounded from above, confirmed by people."""
