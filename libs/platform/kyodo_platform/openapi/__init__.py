"""OpenAPI documents: what an app says of itself, what all services say together, and what a change would break.

`sharing` keeps a document small, `merging` makes the platform's one, `breaks` compares two of one service by the rules
in `requests` and `answers`.
"""
