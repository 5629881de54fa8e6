"""The directory of officials who agreed to be found by what they know: pseudonyms, until a look is on record."""
