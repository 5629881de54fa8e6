"""Reports of a usage record's id with other content: kept, readable, and resolved by a person."""
