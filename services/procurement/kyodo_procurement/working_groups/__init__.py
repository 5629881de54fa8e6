"""Working groups: the municipalities that work out how a theme is best carried out together."""
