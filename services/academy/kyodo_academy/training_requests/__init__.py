"""Customised training (研修依頼): asked for by a municipality, planned with Tokyo, agreed to, held."""
