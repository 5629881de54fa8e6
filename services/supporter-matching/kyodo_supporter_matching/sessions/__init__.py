"""Sessions: classes and consultations with smartphones, singly or in series, and how many supporters each needs."""
