"""Published contracts as documents: JSON Schemas and AsyncAPI, generated from the event classes and committed.

`generate` makes them, `asyncapi` describes the topics, `compatibility` says what a deployed consumer or a stored
event would not survive. The command line runs all three: `kyodo contracts generate` and `kyodo contracts check`.
"""
