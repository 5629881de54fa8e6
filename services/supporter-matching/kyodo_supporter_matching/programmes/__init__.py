"""Training programmes for smartphone supporters, in versions that never change once published."""
