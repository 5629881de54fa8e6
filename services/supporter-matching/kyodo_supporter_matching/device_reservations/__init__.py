"""Reservations of devices: for a session, or for a resident who consented to what is kept of the loan."""
