"""Quarantine (隔離): what came in and can have no effect yet, with its reason, until somebody decides or terms come."""
