"""The opening of a call's quotations: who may open them, and that it takes two of them."""
