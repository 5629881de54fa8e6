"""Requests (人材の依頼): what a municipality needs an expert for, in plain words, from draft to outcome."""
