"""Fiscal years of the books: open, calculated, settling (出納整理期間), sealed."""
