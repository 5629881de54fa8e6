"""xAPI: statements of learning, accepted from players and learners, and produced from what the academy knows."""
