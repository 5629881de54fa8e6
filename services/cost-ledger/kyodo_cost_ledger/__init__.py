"""Cost ledger: base and usage charges of every municipality."""
