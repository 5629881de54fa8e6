"""Savings (節減効果): what joint buying saved each municipality, forecast, claimed by Tokyo and confirmed by itself."""
