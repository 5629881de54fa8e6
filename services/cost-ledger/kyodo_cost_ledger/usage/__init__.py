"""The usage book (個別サービスの経費): what was used, what it costs, and what waits for a price."""
