"""Names and addresses of learners: sealed, erased by erasing the key."""
