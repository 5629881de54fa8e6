"""Academy: training of officials."""
