"""When experts have time: capacity by month, absences, and what of it is held or confirmed for whom."""
