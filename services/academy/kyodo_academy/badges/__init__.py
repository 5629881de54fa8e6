"""Badges: a certificate as an Open Badges 3.0 credential, signed, so that anybody verifies it without asking here."""
