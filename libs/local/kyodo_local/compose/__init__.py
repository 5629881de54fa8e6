"""The stack of docker-compose.yml: its secrets, and the same stack as plain processes of this machine."""
