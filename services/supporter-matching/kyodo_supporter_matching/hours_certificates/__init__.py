"""Certificates of hours (活動時間証明書): on paper for schools and employers, to be checked by number and digest."""
