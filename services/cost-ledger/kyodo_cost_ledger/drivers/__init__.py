"""Drivers (負担割の基礎数値): published figures by municipality, with their date and source, that weight a split."""
