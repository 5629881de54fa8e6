"""The cost ledger on real Apache Kafka and PostgreSQL: intake, rebuild, growth, rating."""
