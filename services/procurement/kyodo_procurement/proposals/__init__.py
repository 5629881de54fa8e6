"""Proposals of municipalities (区市町村から提案される事項): endorsed by others, and taken up as themes."""
