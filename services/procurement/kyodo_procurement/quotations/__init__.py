"""Quotations: sealed by suppliers, read by nobody before two authorised people open them."""
