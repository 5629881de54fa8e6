"""Attendance at sessions: by the host's list, or by a code that is shown in the room."""
