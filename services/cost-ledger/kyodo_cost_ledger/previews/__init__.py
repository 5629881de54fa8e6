"""Previews: what proposed burden terms would cost everybody, before anybody consents."""
