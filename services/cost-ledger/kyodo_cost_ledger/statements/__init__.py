"""Statements (負担金通知書) of closed months."""
