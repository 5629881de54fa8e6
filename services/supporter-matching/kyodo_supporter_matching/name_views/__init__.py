"""Looks at the names of those who come to a session, by its municipality or host; the supporter sees each."""
