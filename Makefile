# Tandem. `make up` starts everything on a fresh machine with Python 3.11 or newer; `make test` checks everything.
SHELL := /bin/sh
VENV := .venv/bin
PYTEST_OPTIONS ?=
# The tests wait for servers more than they compute; four share two cores well.
TEST_PROCESSES ?= 4

.PHONY: help setup setup-dev up test faults score bench-reading bench-burst bare-phrases coverage-page lint format lock clean

help:
	@echo "make up       start Tandem here and print its address and the demo login"
	@echo "make test     run every check and test"
	@echo "make faults   break everything on purpose for ten minutes and account for every message"
	@echo "make score    how well replies are understood, with the misses"
	@echo "make bench-reading   how long understanding a reply takes"
	@echo "make bench-burst     how long an answer takes while ten thousand invitations go out"
	@echo "make bare-phrases    what alarming phrases are without the words that may be missing"
	@echo "make coverage-page   docs/coverage.md anew, from tests/data/articles"
	@echo "make setup    only make .venv          make lint     only the static checks"
	@echo "make format   lay the code out         make lock     choose library versions anew"
	@echo "make clean    remove what was built (var/, the data, stays)"

setup:
	@ci/setup

setup-dev:
	@ci/setup --dev

up: setup
	@exec $(VENV)/tandem up

test: setup-dev
	@began=$$(date +%s); $(MAKE) --no-print-directory run-lint \
	  && $(VENV)/python -m pytest --numprocesses $(TEST_PROCESSES) $(PYTEST_OPTIONS) \
	  && echo "make test took $$(( $$(date +%s) - began )) s after setup"

# Options: FAULTS="--seed random --families 2000 --minutes 10"
FAULTS ?=
faults: setup-dev
	@$(VENV)/python -m tests.faults $(FAULTS)

# Options: SCORE_OPTIONS="--misses held_out --kind numbers"
SCORE_OPTIONS ?=
score: setup-dev
	@$(VENV)/python -m bench.score $(SCORE_OPTIONS)

bench-reading: setup-dev
	@$(VENV)/python -m bench.reading

bench-burst: setup-dev
	@$(VENV)/python -m bench.burst

bare-phrases: setup-dev
	@$(VENV)/python -m bench.bare_phrases

coverage-page: setup-dev
	@$(VENV)/python -m bench.article_coverage

lint: setup-dev
	@$(MAKE) --no-print-directory run-lint

.PHONY: run-lint
run-lint:
	@echo "ruff";         $(VENV)/ruff check --quiet . && $(VENV)/ruff format --quiet --check .
	@echo "packs";        $(VENV)/python ci/lay_out_packs.py --check
	@echo "mypy";         $(VENV)/mypy --no-error-summary
	@echo "lint-imports"; $(VENV)/lint-imports

format: setup-dev
	@$(VENV)/ruff check --quiet --fix . ; $(VENV)/ruff format .
	@$(VENV)/python ci/lay_out_packs.py

# Hashes of every file of every version are fetched: it takes some minutes.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/pip-compile --quiet --upgrade --generate-hashes --strip-extras \
  --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
lock: setup-dev
	$(COMPILE) -o requirements.lock requirements.in
	$(COMPILE) -o requirements-dev.lock requirements-dev.in

clean:
	rm -rf .venv build dist *.egg-info .hypothesis .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
