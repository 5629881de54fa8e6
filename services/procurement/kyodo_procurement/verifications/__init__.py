"""Cost verifications: what a theme would cost, estimated by one and checked by another."""
