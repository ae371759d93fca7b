# One recipe for each job; CI runs the same ones.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help up down status test unit apps lint e2e clean lock

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/slipway
PYTHON := python3
# A virtual environment for each lock file, outside the checkout, by the lock file's content.
venv_of = $(CACHE)/venv-$(shell sha256sum $(1) | cut -c1-12)
REHEARSAL := $(call venv_of,rehearsal/requirements.txt)
API := $(call venv_of,apps/messageboard/api/requirements-dev.txt)
FRONTEND := apps/messageboard/frontend

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

define venv_rule
$(1)/.complete: $(2)
	rm -rf $(1) && mkdir -p $(CACHE) && $(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(lastword $(2))
	touch $$@
endef
# Keyed by content: a lock file that is merely newer, as in a fresh clone, makes nothing anew.
$(eval $(call venv_rule,$(REHEARSAL),| rehearsal/requirements.txt))
$(eval $(call venv_rule,$(API),| apps/messageboard/api/requirements-dev.txt))
$(eval $(call venv_rule,.venv,requirements-dev.txt))

up: .venv/.complete $(REHEARSAL)/.complete ## Start the rehearsal, deploy, print the URLs (Linux, root)
	$(REHEARSAL)/bin/python -m rehearsal up

down: $(REHEARSAL)/.complete ## Stop the rehearsal and leave the machine clean
	$(REHEARSAL)/bin/python -m rehearsal down

status: $(REHEARSAL)/.complete ## Show what the rehearsal runs
	$(REHEARSAL)/bin/python -m rehearsal status

test: lint unit apps ## Check everything that needs no cluster

lint: .venv/.complete
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --cache-dir $(CACHE)/mypy infra __main__.py
	.venv/bin/hadolint apps/*/*/Dockerfile infra/kubernetes/grant_image/Dockerfile
	cd tools/actionlint && GOTOOLCHAIN=local go tool actionlint $(CURDIR)/.github/workflows/*.yml

unit: .venv/.complete $(REHEARSAL)/.complete
	.venv/bin/python -m pytest -q -n 2 tests/unit
	$(REHEARSAL)/bin/python -m pytest -q -p no:cacheprovider -m "not rehearsal" rehearsal/tests

apps: $(API)/.complete $(FRONTEND)/node_modules/.complete
	$(API)/bin/python -m pytest -q -c apps/messageboard/api/pytest.ini apps/messageboard/api
	$(API)/bin/python -m pytest -q -p no:cacheprovider infra/kubernetes/grant_image
	cd $(FRONTEND) && npm test

$(FRONTEND)/node_modules/.complete: $(FRONTEND)/package-lock.json
	cd $(FRONTEND) && npm ci --no-audit --no-fund
	touch $@

e2e: .venv/.complete $(REHEARSAL)/.complete ## Check everything on the rehearsal (Linux, root)
	$(REHEARSAL)/bin/python -m rehearsal down
	REHEARSAL_PYTHON=$(REHEARSAL)/bin/python .venv/bin/python -m pytest -v -x -p no:cacheprovider --timeout 1500 tests/e2e
	$(REHEARSAL)/bin/python -m rehearsal up --no-deploy
	$(REHEARSAL)/bin/python -m pytest -q -p no:cacheprovider -m rehearsal rehearsal/tests
	$(REHEARSAL)/bin/python -m rehearsal down

lock: ## Pin the Python dependencies anew
	for file in requirements requirements-dev rehearsal/requirements rehearsal/images/node/requirements \
	    apps/messageboard/api/requirements apps/messageboard/api/requirements-dev infra/kubernetes/grant_image/requirements; do \
	  uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 $$file.in -o $$file.txt; \
	done

clean: ## Remove what make has made in the checkout
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis $(FRONTEND)/node_modules $(FRONTEND)/dist e2e-report
