"""Events that leave a service, shared by producer and consumers, a module a service."""
