"""Projects and their participants: selected themes being worked on."""
