"""The accounts of the ledger: the journal's lines by account, at any date."""
