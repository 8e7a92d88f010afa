# 联户通 Liaison. `make run` shows the demo county; `make test` runs every test. See README.md.

PORT   ?= 8000
HOST   ?= 127.0.0.1
DEMO   ?= jiangle
SCALE  ?= jiangle
PYTHON ?= python3
TESTS  ?=

BIN       := .venv/bin
RUNTIME   := .venv/.runtime-installed
DEV       := .venv/.dev-installed
BOOTSTRAP := $(PYTHON) -I liaison/bootstrap.py
LIGHTHOUSE := $(PYTHON) -I liaison/tests/lighthouse/install.py
# Tests keep their own state beside the demo's and may lose it in a power cut, which makes them faster.
TEST_ENV  := LIAISON_HOME="$${LIAISON_TEST_HOME:-$(CURDIR)/var/test}" LIAISON_FAST_PG=1

# pytest's exit code 5 says that nothing was selected: a fault, unless TESTS names a part without such tests.
MAY_BE_NONE := $(if $(TESTS),|| [ $$? -eq 5 ])

.PHONY: run stop test check fix seed bench manual

run: $(RUNTIME)
	@exec $(BIN)/python -m liaison.runner --host "$(HOST)" --port "$(PORT)" --demo "$(DEMO)"

stop: $(RUNTIME)
	@$(BIN)/python -m liaison.runner --stop

seed: $(RUNTIME)
	$(BIN)/python manage.py prepare
	$(BIN)/python manage.py seed_county "$(DEMO)"

test: $(DEV)
	@$(BOOTSTRAP) browser
	@$(LIGHTHOUSE)
	$(TEST_ENV) $(BIN)/python -m pytest -n 2 -m "not browser and not stack" $(TESTS) $(MAY_BE_NONE)
	$(TEST_ENV) $(BIN)/python -m pytest -m "browser or stack" $(TESTS) $(MAY_BE_NONE)

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TEST_ENV) $(BIN)/mypy .
	$(TEST_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(TEST_ENV) $(BIN)/python manage.py check --fail-level WARNING
	$(TEST_ENV) $(BIN)/python manage.py issue_states --check

fix: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV)
	@$(BOOTSTRAP) browser
	@$(LIGHTHOUSE)
	$(BIN)/python -m bench "$(SCALE)"

manual: $(DEV)
	@$(BOOTSTRAP) browser
	$(TEST_ENV) LIAISON_MANUAL=1 $(BIN)/python -m pytest surfaces/tests/stories

$(RUNTIME): requirements.txt requirements-embedded.txt
	@$(BOOTSTRAP) runtime
	@touch $@

$(DEV): requirements.txt requirements-dev.txt requirements-fast.txt requirements-embedded.txt
	@$(BOOTSTRAP) dev
	@touch $@ $(RUNTIME)
