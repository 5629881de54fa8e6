"""Databases of the services: roles, migrations, and whether they are up to date."""
