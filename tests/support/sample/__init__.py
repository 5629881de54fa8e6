"""A service as small as one can be, to test the platform with: books, and the notes municipalities keep in them."""
