"""One calendar over sessions, seminars and meetings: as rows, and as feeds under secret addresses."""
