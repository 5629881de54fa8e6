"""The figures of the main path, each beside its ceiling measured in the same run: `make bench`."""
