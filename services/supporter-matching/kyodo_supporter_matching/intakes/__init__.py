"""Supporters who were trained and registered elsewhere, taken over with their certificates in one go."""
