"""The programmes of the academy, as Tokyo planned them."""
