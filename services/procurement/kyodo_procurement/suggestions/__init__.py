"""Suggestions (共通課題の提案): needs that talent found in several municipalities, taken up as themes or set aside."""
