"""The feed: a service's published events over HTTP, for those without Kafka (docs/feed-and-webhooks.md)."""
