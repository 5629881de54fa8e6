"""The consult desk (相談窓口): a municipality's question, its answers, and what came of it."""
