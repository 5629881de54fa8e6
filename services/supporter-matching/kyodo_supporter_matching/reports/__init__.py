"""Activity reports: what happened at a session, in numbers; visitors are counted, never identified."""
