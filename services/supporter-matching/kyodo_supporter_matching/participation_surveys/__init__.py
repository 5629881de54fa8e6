"""The yearly survey of participation: which programmes, which sessions, asked of all 62 municipalities."""
