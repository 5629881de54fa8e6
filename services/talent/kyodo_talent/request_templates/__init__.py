"""Templates of requests (依頼のひな型): needs in plain words, for who does not know what to ask for."""
