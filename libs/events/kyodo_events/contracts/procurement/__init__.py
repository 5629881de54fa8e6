"""What procurement publishes, a module a concept: import from those."""
