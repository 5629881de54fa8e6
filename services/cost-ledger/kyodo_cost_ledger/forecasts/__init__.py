"""Forecasts: what a fiscal year will have cost at its end, and what that expectation rests on."""
