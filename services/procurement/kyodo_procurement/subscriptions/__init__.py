"""Subscriptions: which municipality uses which shared service, under which plan, and when."""
