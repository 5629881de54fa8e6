# The front door. Every target sets up what it needs; state lives in .kyodo/.

.DEFAULT_GOAL := help
.PHONY: help ready run stack test test-kafka check format bench bench-ledger bench-talent bench-matching bench-academy clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

ready: ## set up the virtual environment with the locked dependencies
	@deploy/local/bootstrap

run: ready ## start all five services, play the scenario, keep serving
	@.venv/bin/kyodo run

stack: ready ## what docker-compose.yml starts, as plain processes with real Kafka and Keycloak (ARGS=--once to end)
	@.venv/bin/kyodo stack $(ARGS)

test: ready ## check and test everything
	@deploy/local/test-stages

test-kafka: ready ## the tests that touch Kafka, on a real Apache Kafka (KAFKA_BOOTSTRAP, else started by Maven)
	@KYODO_TEST_BROKER=apache .venv/bin/pytest -m kafka

check: ready ## format, lint, types and import contracts only
	@deploy/local/test-stages check

format: ready ## format the code and mend what can be mended
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: ready ## the figures, each beside its ceiling
	@.venv/bin/python -m tests.bench

bench-ledger: ready ## the cost ledger's figures on real Apache Kafka (ARGS=--ten-million for the long one)
	@.venv/bin/python -m tests.bench.ledger $(ARGS)

bench-talent: ready ## how fast experts are matched, and how close to the best possible
	@.venv/bin/python -m tests.bench.talent

bench-matching: ready ## a round of supporters beside first come first served and a greedy
	@.venv/bin/python -m tests.bench.matching

bench-academy: ready ## enrolments a second, and the portal's search at three sizes (ARGS="enrolments 1000" for some)
	@.venv/bin/python -m tests.bench.academy $(ARGS)

clean: ## remove all state (the virtual environment stays)
	@deploy/local/clean
