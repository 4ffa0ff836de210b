# The project's vocabulary. Python 3.11 or newer, git and make are all that must be there.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
# One more than the two cores that the tests are timed on: much of a test is waiting for servers and commands.
JOBS ?= 3
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo demo-drill demo-upgrade test test-matrix matrix-docs check format golden forms messages bench services clean

demo: $(VENV)/.demo ## install, make the demo database, inspect this very machine, write the Word sheet
	@$(BIN)/python demo/make_database.py demo.db
	@$(BIN)/hmaint inspect --site icu -i inventory.example.yaml --report; status=$$?; [ $$status -le 3 ] || exit $$status; \
	echo "(exit status $$status: 0 ok, 1 warning, 2 critical, 3 something could not be examined)"

demo-drill: $(VENV)/.demo ## hold a restore drill of a demo backup on this very machine (it finds orders whose patient is gone)
	@$(BIN)/python demo/make_drill.py demo-drill
	@$(BIN)/hmaint backup-verify --site icu -w demo-drill --restore --yes --report; status=$$?; [ $$status -le 2 ] || exit $$status; \
	echo "(exit status $$status: 0 sound, 1 not sound and tidied up, 2 something is left behind)"

demo-upgrade: $(VENV)/.demo ## upgrade a small application on this very machine; its next release is broken and put back by itself
	@$(BIN)/python demo/upgrade.py demo-upgrade

# Read sources once, not once a command: some containers forbid Python to keep what it compiled.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev services ## everything, against real servers
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

test-matrix: $(VENV)/.dev services ## every database check on every version, and devices and middleware, against real servers
	@tools/matrix.sh
	$(BIN)/python -m pytest -m matrix

matrix-docs: $(VENV)/.dev services ## the matrix of database checks, and its table in docs/reference/matrix.md
	@tools/matrix.sh
	HMAINT_MATRIX_PAGE=write $(BIN)/python -m pytest -m matrix tests/matrix

check: $(VENV)/.dev ## format, lint, types, layers, documents and messages up to date
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.messages --check
	$(BIN)/python -m tools.docs --check
	$(BIN)/python -m hmaint.report.source --check

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

services: ## the servers the tests start for themselves
	@tools/services.sh

golden: $(VENV)/.dev ## write the golden files anew; read the diff before you commit it
	HMAINT_GOLDEN=write $(BIN)/python -m pytest -q tests/cli tests/parse

forms: $(VENV)/.dev ## rebuild the shipped Word templates from their source
	$(BIN)/python -m hmaint.report.source

messages: $(VENV)/.dev ## rebuild the message catalogue
	$(BIN)/python -m tools.messages

docs: $(VENV)/.dev ## rebuild the generated reference
	$(BIN)/python -m tools.docs

bench: $(VENV)/.dev services ## hmaint beside its peers, in one run
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist .cache .mypy_cache .ruff_cache .pytest_cache demo.db demo-drill demo-upgrade .hmaint reports

$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "hmaint needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing hmaint into $(VENV) …"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing hmaint and its tests into $(VENV) …"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo
