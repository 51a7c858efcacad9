# The two commands that matter: make run, make test. Everything else is in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test bench profile load backlog soak torture fuzz opensearch texts format lint types
.PHONY: lock upgrade
.DEFAULT_GOAL := help

help:  ## Show these lines
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run  ## Start the service on http://127.0.0.1:8080, storing below data/
	@exec $(BIN)/formwell serve

test: .venv/test  ## Check style and types, then run every test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile
	$(BIN)/pytest -m slow --numprocesses 2 --dist loadfile

bench: .venv/test  ## Measure beside the peers, about 50 minutes; ROWS=submit,page, QUICK=1
	@exec $(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS)) $(if $(QUICK),--quick)

profile: .venv/test  ## Show where a request's time goes, step by step
	@exec $(BIN)/python -m bench.profile $(KIND)

load: HOST = http://127.0.0.1:8080
load: USERS = 100
load: SECONDS = 60
load: .venv/test  ## Send USERS=100 people and programs to HOST=http://127.0.0.1:8080
	@exec $(BIN)/locust --locustfile bench/locustfile.py --host $(HOST) --users $(USERS) \
		--spawn-rate 20 --run-time $(SECONDS)s --stop-timeout 30 --headless --only-summary

backlog: ROWS = 1000000
backlog: .venv/test  ## Measure a start, memory and answers beside ROWS=1000000 that wait
	@FORMWELL_TESTS_BACKLOG_ROWS=$(ROWS) $(BIN)/pytest -q -s tests/system/test_backlog.py

soak: SECONDS = 60
soak: .venv/test  ## Put the service under load for SECONDS=60, the store away in between
	@FORMWELL_TESTS_SOAK_SECONDS=$(SECONDS) $(BIN)/pytest -q tests/system/test_soak.py

torture: SECONDS = 60
torture: SEED := $(shell od -An -N2 -tu2 /dev/urandom)
torture: .venv/test  ## Break what can break for SECONDS=60, as SEED says; prints it to do it again
	@FORMWELL_TESTS_TORTURE_SECONDS=$(SECONDS) FORMWELL_TESTS_TORTURE_SEEDS="$(SEED)" \
		$(BIN)/pytest -q -s tests/system/torture/test_torture.py

fuzz: INPUTS = 100000
fuzz: SEED := $(shell od -An -N2 -tu2 /dev/urandom)
fuzz: .venv/test  ## Send INPUTS=100000 that nobody should, as SEED says; prints it to do it again
	@FORMWELL_TESTS_FUZZ_INPUTS=$(INPUTS) FORMWELL_TESTS_FUZZ_SEED=$(strip $(SEED)) \
		$(BIN)/pytest -q -s tests/fuzz

opensearch: .venv/test  ## Start a real local OpenSearch to try the service with
	@exec $(BIN)/python -m tests.opensearch_server

texts: .venv/test  ## Gather the texts for translators and update service/texts/languages
	@$(BIN)/python -m tests.texts

format: .venv/test  ## Put the code in its usual form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lint: .venv/test  ## Check style only
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: .venv/test  ## Check types only
	$(BIN)/mypy

lock: .venv/lock  ## Write locks/ anew, changing no more than setup.cfg asks for
	@$(BIN)/python -m tests.packaging.make_locks

upgrade: .venv/lock  ## Write locks/ anew with the newest versions that setup.cfg allows
	@$(BIN)/python -m tests.packaging.make_locks --upgrade

# Installed again when what is to be installed changes. Only what the locks have, by its digest;
# nothing is fetched to build it, because what builds is in a lock as well.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation
LOCKED := $(INSTALL) --require-hashes --requirement locks/build.txt --requirement locks/run.txt

.venv/run: locks/build.txt locks/run.txt setup.cfg pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv …"
	@$(LOCKED)
	@$(INSTALL) --no-deps --editable .
	@touch $@

.venv/test: .venv/run locks/test.txt locks/bench.txt
	@echo "Installing what the tests need into .venv …"
	@$(LOCKED) --requirement locks/test.txt --requirement locks/bench.txt
	@touch $@

.venv/lock: .venv/run locks/lock.txt
	@$(LOCKED) --requirement locks/lock.txt
	@touch $@
