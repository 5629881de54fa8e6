"""Smartphone supporters (TOKYOスマホサポーター): registered, resting or ready to be matched."""
