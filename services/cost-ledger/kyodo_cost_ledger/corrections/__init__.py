"""Corrections (訂正): the secretariat changes what somebody bears of one line, and says why."""
