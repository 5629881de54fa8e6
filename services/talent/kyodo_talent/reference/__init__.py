"""Reference data of skills: the schemes that experts and requests are described by, each version of its own."""
