"""Certificates of completion (修了証): in a register, on paper, to be checked by number and digest, withdrawn."""
