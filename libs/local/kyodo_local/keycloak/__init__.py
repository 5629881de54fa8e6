"""Keycloak, the identity provider of the production stack: its realm, its process, and its tokens."""
