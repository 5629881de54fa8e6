"""What the ledger knows of a project: that it started, who takes part from when, and its burden terms."""
