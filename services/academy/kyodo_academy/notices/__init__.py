"""What concerns an official in the threads: following, notices until they are read, and the digest of a week."""
