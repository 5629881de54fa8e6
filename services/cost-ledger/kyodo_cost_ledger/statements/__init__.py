"""Closed months (月次締め) and statements (負担金通知書)."""
