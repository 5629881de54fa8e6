"""Officials who are registered as learners by a list, with what is known of them sealed."""
