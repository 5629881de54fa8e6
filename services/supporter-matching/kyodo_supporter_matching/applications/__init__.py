"""Applications: supporters ask for sessions by themselves, as the scheme works; a round takes them into account."""
