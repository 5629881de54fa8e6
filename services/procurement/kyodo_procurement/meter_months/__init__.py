"""The months of an offering's meters: closed once, when their readings become the month's figures."""
