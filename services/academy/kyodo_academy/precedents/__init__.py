"""Precedents (先進事例): what others at home and abroad did, as data that can be compared."""
