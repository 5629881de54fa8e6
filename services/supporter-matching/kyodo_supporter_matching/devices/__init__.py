"""Devices for lending (貸出端末): one by one, from the shelf to a borrower and back, inspected and wiped in between."""
