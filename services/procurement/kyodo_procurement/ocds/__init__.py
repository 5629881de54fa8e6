"""Open contracting: joint calls and their call-offs as OCDS 1.1 releases and records, read from the events."""
