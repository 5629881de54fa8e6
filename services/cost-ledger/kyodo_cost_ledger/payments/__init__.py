"""Payments (収納) on statements, refunds of credits, and what a municipality still owes."""
