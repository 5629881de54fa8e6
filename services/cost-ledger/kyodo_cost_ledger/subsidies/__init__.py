"""Subsidies (補助金) of a budget line: applications, a limited number of awards, settlement by the actual cost."""
