"""Plain values that services and contracts share: municipalities, money, months and fiscal years, ids and texts.

They know nothing of events, databases or HTTP; pydantic reads and writes them.
"""
