"""Exports: allocated cost in FOCUS columns, the journal for hledger, a year's charges for a spreadsheet."""
