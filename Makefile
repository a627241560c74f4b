# What one does with the project. PORT, VAR, DATABASE_URL and REDIS_URL may be given to each:
#   make demo PORT=8123 VAR=/somewhere/else
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help env demo demo-reset test check tests linters fix browser screenshots bench bench-opinion bench-votes bench-budgets bench-agreements bench-ledger lock front

UV_VERSION := 0.13.9
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name))))
BIN := .venv/bin
# The certificates of the system, so that it also works behind a company's proxy.
UV := UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never .tools/bin/uv --no-config

help:
	@echo "make demo         run the site with its demo: http://localhost:8000/"
	@echo "make demo-reset   the same, starting over"
	@echo "make test         linters, tests and journeys in a real browser"
	@echo "make check        the linters alone        make fix    what they can repair"
	@echo "make front        build static/dist from frontend/ (needs npm)"
	@echo "make bench        how fast it is           make lock   write the requirements anew"

# --- the environment: exact versions with hashes, made once and again when they change
env: .venv/.synced .venv/.messages
	@:

.tools/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=… names another one.")'
	@rm -rf .tools
	@# Debian's Python may come without ensurepip but with pip, or the other way round.
	@"$(PYTHON)" -m venv .tools >/dev/null 2>&1 && .tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION) \
	  || "$(PYTHON)" -m pip install -q --disable-pip-version-check --target .tools uv==$(UV_VERSION) \
	  || { echo "Neither venv nor pip works with $(PYTHON). On Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.synced: requirements-dev.txt .tools/.made
	@echo "Making the environment…"
	@test -x $(BIN)/python || $(UV) venv -q --python "$(PYTHON)" .venv
	@$(UV) pip sync -q --require-hashes --python $(BIN)/python requirements-dev.txt
	@touch $@

.venv/.messages: .venv/.synced $(wildcard locale/*/*/LC_MESSAGES/*.po)
	@$(BIN)/python manage.py messages --compile
	@touch $@

lock: .tools/.made
	$(UV) pip compile pyproject.toml --generate-hashes --no-header --python-version 3.11 --universal -q -o requirements.txt
	$(UV) pip compile pyproject.toml --group dev -c requirements.txt --generate-hashes --no-header --python-version 3.11 --universal -q -o requirements-dev.txt

# --- the site
demo: env
	@exec $(BIN)/python manage.py demo

demo-reset: env
	@$(BIN)/python manage.py servers wipe
	@exec $(BIN)/python manage.py demo

# --- is it right?
# Servers that were not running before are stopped afterwards.
test: env
	@$(BIN)/python -m decide.servers $(MAKE) --no-print-directory linters browser tests

check: env
	@$(BIN)/python -m decide.servers $(MAKE) --no-print-directory linters

tests:
	$(BIN)/pytest -n 2

linters:
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(BIN)/lint-imports
	frontend/check.sh
	$(BIN)/python manage.py makemigrations --check --dry-run
	@# As on a server: what it warns of would be wrong there.
	env SECURE=1 BEHIND_PROXY=1 ALLOWED_HOSTS=decide.example.org SITE_URL=https://decide.example.org \
	  SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	  DOCUMENT_KEYS=1:only-for-this-check EMAIL_URL=smtp://mail.example.org \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

fix: env
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

# --- style sheets and scripts: built with npm, and committed, so that nothing else needs Node
front:
	cd frontend && npm ci && npm run build

browser: env
	@$(BIN)/python tests/browser.py

screenshots: env browser
	@$(BIN)/python -m decide.servers $(BIN)/pytest tests/journeys

bench: env
	$(BIN)/python -m benchmarks

bench-opinion: env
	$(BIN)/python -m benchmarks.opinion

bench-votes: env
	$(BIN)/python -m benchmarks.votes

bench-budgets: env
	$(BIN)/python -m benchmarks.budgets

bench-agreements: env
	$(BIN)/python -m benchmarks.agreements_board

bench-ledger: env
	$(BIN)/python -m benchmarks.agreements_ledger
