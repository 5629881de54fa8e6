"""The benefit view: beside the cost, what was received for it, against municipalities of about the same size."""
