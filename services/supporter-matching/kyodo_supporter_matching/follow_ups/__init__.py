"""Follow-ups: "still using it?", asked thirty days after a session of visitors whom nobody knows."""
