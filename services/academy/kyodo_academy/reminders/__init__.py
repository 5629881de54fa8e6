"""What learners and their employers are reminded of: deadlines, beginnings, sessions moved or cancelled, new dates."""
