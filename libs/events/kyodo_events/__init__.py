"""The event-sourcing kernel and the published contracts of Kyodo."""
