"""Work logs (業務報告): what an expert worked for a municipality in a month, approved there, charged by the ledger."""
