# Linli 邻里. On a fresh machine `make run` needs Python 3.11 or later, make and a shell; everything else it gets itself.

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .cache/stamps
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadgroup -rs
SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
WORDS := $(shell find src/linli/locale -name '*.po' -path '*/parts/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run setup test test-quick check format bench crash fuzz spec messages frontend docs requirements clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Environment of make run: PORT, LINLI_DATA, DATABASE_URL, HTTPS=1 (see README)."

run: setup ## start everything and show the address (Ctrl-C stops)
	@exec $(BIN)/linli run

setup: $(STAMPS)/runtime $(STAMPS)/frontend $(STAMPS)/messages ## get ready to run without starting anything

test: $(STAMPS)/dev $(STAMPS)/frontend $(STAMPS)/messages ## the whole test suite
	@$(BIN)/python -m tests.lacking
	$(PYTEST)

test-quick: $(STAMPS)/dev $(STAMPS)/frontend $(STAMPS)/messages ## tests without browser, crashes, benches and real data
	$(PYTEST) -m "not browser and not crash and not bench and not data and not fuzz"

check: $(STAMPS)/dev $(STAMPS)/node_modules $(STAMPS)/messages ## style, types, floors, freshness of what is generated
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	LINLI_TESTING=1 $(BIN)/mypy
	$(BIN)/lint-imports
	LINLI_TESTING=1 $(BIN)/linli messages --check
	LINLI_TESTING=1 $(BIN)/linli flows --check
	cd frontend && $(NODE) npm run --silent check && $(NODE) npm run --silent test

format: $(STAMPS)/dev ## bring the code into form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(STAMPS)/dev ## measure speed, ratios within one run
	$(BIN)/python -m bench

crash: $(STAMPS)/dev $(STAMPS)/frontend $(STAMPS)/messages ## kill web, worker and database under load, twenty times
	LINLI_CRASH_ROUNDS=20 $(BIN)/pytest -m crash -s

fuzz: $(STAMPS)/dev $(STAMPS)/messages ## throw generated requests at the interfaces for longer
	LINLI_FUZZ_EXAMPLES=2000 $(BIN)/pytest -m fuzz -s

spec: $(STAMPS)/dev ## which requirements the tests show, and which not yet
	@$(BIN)/linli spec

messages: $(STAMPS)/messages ## collect and compile translations

frontend: $(STAMPS)/frontend ## build the front end

docs: $(STAMPS)/dev ## write what is generated under docs/
	LINLI_TESTING=1 $(BIN)/linli flows

requirements: $(STAMPS)/dev ## pin versions and hashes anew from requirements*.in
	for name in requirements requirements-dev requirements-node; do \
	  $(BIN)/uv pip compile $$name.in -o $$name.txt --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet $(PINS) || exit 1; \
	done

clean: ## remove what was built; data in .data stays
	rm -rf .venv .cache frontend/node_modules src/linli/web/static/built src/*.egg-info
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# --- stamps: each says that something is up to date ---

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Linli needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "The module venv is missing (on Debian and Ubuntu: apt install python3-venv)."; rm -rf .venv; exit 1; }

$(STAMPS)/runtime: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Linli runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/runtime
	@echo "Installing what checks and tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@mkdir -p $(STAMPS) && touch $@

# Vite asks for Node 20.19 or 22.12 and later; where there is none, the wheel's is put before the PATH.
HAS_NODE := $(shell node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||(a==22&&b>=12)||(a==20&&b>=19)?0:1)' 2>/dev/null && command -v npm >/dev/null && echo yes)
NODE := $(if $(HAS_NODE),,PATH="$(CURDIR)/$(BIN):$$PATH")

$(STAMPS)/node: requirements-node.txt | $(BIN)/python
	$(if $(HAS_NODE),,@echo "Installing Node …")
	$(if $(HAS_NODE),,@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node_modules: frontend/package-lock.json frontend/package.json | $(STAMPS)/node
	@echo "Installing what the front end is made of …"
	@cd frontend && $(NODE) npm ci --silent --no-audit --no-fund
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/frontend: $(STAMPS)/node_modules $(SOURCES) | $(STAMPS)/runtime
	@echo "Building the front end …"
	@cd frontend && $(NODE) npm run --silent build
	@$(BIN)/python -m whitenoise.compress --quiet src/linli/web/static/built
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/messages: $(WORDS) $(STAMPS)/runtime
	@$(BIN)/linli messages
	@mkdir -p $(STAMPS) && touch $@
