# Two commands: `make run` and `make test`. The others are parts of the second, or for special occasions.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist worksteal
# Journeys need a browser; a machine without one leaves them out only if told to (ROUNDTABLE_TESTS_WITHOUT_BROWSER=1).

.PHONY: run test test-fast test-containers faults bench bench-check screenshots lint environment environment-dev

run: environment            ## Everything on this machine, with demonstration data: prints where to look.
	@$(BIN)/roundtable run

test: environment-dev lint  ## Everything, as it runs before a change is taken.
	ROUNDTABLE_TESTS_WORKERS=$(WORKERS) $(BIN)/python -m tests

test-fast: environment-dev  ## Without browser and broken servers.
	$(PYTEST) -m "not journey and not fault"

test-containers: environment-dev  ## The same on a PostgreSQL in a container, with an engine of our own if need be.
	ROUNDTABLE_TESTS_ON=testcontainers deploy/test-engine/container_engine.sh run $(BIN)/python \
	    $(PYTEST) -m "not journey and not fault"

faults: environment-dev     ## What is broken on purpose, one at a time.
	$(BIN)/pytest -m fault

bench: environment-dev      ## Speed as ratios, as a table and in bench/latest.json.
	$(BIN)/python -m bench

bench-check: environment-dev  ## The same; fails where a ratio broke its budget.
	$(BIN)/python -m bench --check

screenshots: environment-dev  ## Every page at two widths, for people to look at (ONLY=part of a path).
	ROUNDTABLE_SCREENSHOTS=$(or $(ONLY),1) $(BIN)/pytest -q tests/journeys/screenshots.py

lint: environment-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/basedpyright
	$(BIN)/lint-imports

environment:
	@$(PYTHON) deploy/bootstrap.py

environment-dev:
	@$(PYTHON) deploy/bootstrap.py --dev
