"""The base book (基本的な経費): a yearly cost, borne by all participants, month by month."""
