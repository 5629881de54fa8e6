"""What the cost ledger publishes, a module a subject."""
