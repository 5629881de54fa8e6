"""Webhooks: published events, brought to an address that an integrator names (docs/feed-and-webhooks.md)."""
