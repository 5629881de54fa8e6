"""Discussion between officials: a question, its answers and comments, the accepted answer, reports and moderation."""
