"""Call-off orders: drawn on a framework by one municipality, delivered, inspected, invoiced, closed."""
