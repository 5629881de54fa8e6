"""The audit: all charges recomputed from the facts and compared with what stands in the journal."""
