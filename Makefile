# One target for each task; CI runs the same targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help up down recover status shell test unit mutants apps lint e2e e2e-core bench chaos conformance new-app dump restore venv docs reference clean lock

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/slipway
PYTHON := python3
# One virtual environment for each lock file, outside the checkout, named by a hash of the lock file.
venv_of = $(CACHE)/venv-$(shell sha256sum $(1) | cut -c1-12)
REHEARSAL := $(call venv_of,rehearsal/requirements.txt)
MUTANTS := $(call venv_of,tools/mutants/requirements.txt)
DOCS := $(call venv_of,docs/requirements.txt)
SITE := tools/site
# The file that lists a service's dependencies decides how the service is tested.
PYTHON_SERVICES := $(patsubst %/requirements-dev.txt,%,$(wildcard apps/*/*/requirements-dev.txt))
NODE_SERVICES := $(patsubst %/package.json,%,$(wildcard apps/*/*/package.json))
JAVA_SERVICES := $(patsubst %/pom.xml,%,$(wildcard apps/*/*/pom.xml))
# A newer JDK can also compile Java 21.
JDK := $(lastword $(wildcard /usr/lib/jvm/*-2[1-9]-*))
GRANT := infra/kubernetes/grant_image
TEMPLATE := templates/app
TYPED_SERVICES := $(GRANT) $(PYTHON_SERVICES) $(TEMPLATE)/files/web

help: ## Show this list
	@grep -hE '^[a-z0-9 -]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# Two services with equal lock files share an environment, and its rule.
define venv_rule
ifndef has-rule/$(1)
has-rule/$(1) := yes
$(1)/.complete: | $(2)
	rm -rf $(1) && mkdir -p $(CACHE) && $(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
	touch $$@
endif
endef
# Keyed by content: a lock file that only has a newer date, as in a fresh clone, rebuilds nothing.
$(eval $(call venv_rule,$(REHEARSAL),rehearsal/requirements.txt))
$(eval $(call venv_rule,$(call venv_of,$(GRANT)/requirements-dev.txt),$(GRANT)/requirements-dev.txt))
$(eval $(call venv_rule,$(MUTANTS),tools/mutants/requirements.txt))
$(eval $(call venv_rule,$(DOCS),docs/requirements.txt))
$(eval $(call venv_rule,$(call venv_of,templates/app/files/web/requirements-dev.txt),templates/app/files/web/requirements-dev.txt))
# The program's environment, where Pulumi.yaml looks for it.
VENV := .venv/.complete-$(shell sha256sum requirements-dev.txt | cut -c1-12)
$(VENV):
	rm -rf .venv && $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.txt
	.venv/bin/python -m compileall -q -j 0 .venv/lib # on all cores; pip would use one
	touch $@
venv: $(VENV) ## Create the program's virtual environment

up: $(VENV) $(REHEARSAL)/.complete ## Start the rehearsal, deploy, print the URLs (Linux, root)
	$(REHEARSAL)/bin/python -m rehearsal up

down: $(REHEARSAL)/.complete ## Stop the rehearsal and leave the machine clean
	$(REHEARSAL)/bin/python -m rehearsal down

recover: $(VENV) ## Recover a stack after an interrupted up or destroy: STACK=prod [UNLOCK=yes]
	.venv/bin/python -m recovery $(if $(STACK),--stack $(STACK)) $(if $(UNLOCK),--unlock)

status: $(REHEARSAL)/.complete ## Show what the rehearsal runs
	$(REHEARSAL)/bin/python -m rehearsal status

shell: $(REHEARSAL)/.complete ## Open a shell in which pulumi, kubectl and aws use the rehearsal
	$(REHEARSAL)/bin/python -m rehearsal run -- bash

test: lint docs unit apps ## Check everything that needs no cluster

lint: $(VENV) $(REHEARSAL)/.complete $(addprefix types/,$(TYPED_SERVICES))
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --cache-dir $(CACHE)/mypy --explicit-package-bases infra recovery __main__.py apps/*/app.py tests tools
	.venv/bin/mypy --cache-dir $(CACHE)/mypy-rehearsal --python-executable $(REHEARSAL)/bin/python --explicit-package-bases rehearsal
	.venv/bin/hadolint apps/*/*/Dockerfile infra/kubernetes/grant_image/Dockerfile infra/kubernetes/stores/*/Dockerfile $(TEMPLATE)/files/*/Dockerfile
	cd tools/actionlint && GOTOOLCHAIN=local go tool actionlint $(CURDIR)/.github/workflows/*.yml

unit: $(VENV) $(REHEARSAL)/.complete
	.venv/bin/python -m pytest -q -n 2 tests/unit
	$(REHEARSAL)/bin/python -m pytest -q -p no:cacheprovider -m "not rehearsal" rehearsal/tests

mutants: $(MUTANTS)/.complete ## Change the program in many places and see whether a unit test fails: SAMPLE=120 SEED=8
	$(MUTANTS)/bin/python tools/mutants/run.py $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

apps: $(addprefix test/,$(GRANT) $(TEMPLATE) $(PYTHON_SERVICES) $(NODE_SERVICES) $(JAVA_SERVICES)) ## Test every app's services

new-app: $(VENV) ## Create a working app from the template: NAME=shop
	@[[ "$(NAME)" =~ ^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$$ ]] || { echo "NAME must be 1-20 lower-case letters, digits and dashes, starting with a letter, got '$(NAME)'. Usage: make new-app NAME=shop" >&2; exit 1; }
	@test ! -e apps/$(NAME) || { echo "apps/$(NAME) exists already" >&2; exit 1; }
	@.venv/bin/python -c 'import sys; from infra import naming; problem = naming.app_problem(sys.argv[1]); sys.exit(problem and f"NAME {sys.argv[1]!r} {problem}")' $(NAME)
	.venv/bin/copier copy --quiet --data name=$(NAME) $(TEMPLATE) apps/$(NAME)
	@echo "apps/$(NAME) was created. Test it: make test/apps/$(NAME)/web. Deploy it: add $(NAME) to slipway:apps, then pulumi up"

# A fresh app passes its own tests.
.PHONY: test/$(TEMPLATE)
test/$(TEMPLATE): $(VENV) $(call venv_of,$(TEMPLATE)/files/web/requirements-dev.txt)/.complete
	rm -rf $(CACHE)/new-app && .venv/bin/copier copy --quiet --data name=shop $(TEMPLATE) $(CACHE)/new-app
	cd $(CACHE)/new-app/web && $(call venv_of,$(TEMPLATE)/files/web/requirements-dev.txt)/bin/python -m pytest -q -p no:cacheprovider

# `kubectl` needs KUBECONFIG: a file with the stack's output `kubeconfig`, or `make shell`.
JOB := by-hand-$(shell date +%s)
dump restore: ## Dump a store in a pod, or restore its newest dump: APP=todo STORE=database [DUMP=file name]
	@test -n "$(APP)" -a -n "$(STORE)" || { echo "Usage: make $@ APP=todo STORE=database [DUMP=20260101T031700Z.sql.gz]" >&2; exit 1; }
	kubectl create job --namespace $(APP) --from=cronjob/$(STORE)-$@ $@-$(JOB) --dry-run=client --output json \
	  | kubectl set env --local --filename - DUMP=$(DUMP) --output json | kubectl create --filename -
	kubectl wait --namespace $(APP) job/$@-$(JOB) --for=jsonpath='{.status.conditions[0].type}' --timeout=15m
	kubectl logs --namespace $(APP) job/$@-$(JOB)
	@kubectl wait --namespace $(APP) job/$@-$(JOB) --for=condition=complete --timeout=30s

# Two targets for each service: one tests it, one installs its dependencies.
define python_service
.PHONY: test/$(1)
test/$(1): $(2)/.complete
	cd $(1) && $(2)/bin/python -m pytest -q -p no:cacheprovider
endef
# One run for each service: services have modules of equal names, and environments of their own.
define python_types
.PHONY: types/$(1)
types/$(1): $(VENV) $(2)/.complete
	cd $(1) && $(CURDIR)/.venv/bin/mypy --config-file $(CURDIR)/pyproject.toml --cache-dir $(CACHE)/mypy-$(subst /,-,$(1)) \
	  --python-executable $(2)/bin/python --explicit-package-bases .
endef
define node_service
.PHONY: test/$(1)
test/$(1): $(1)/node_modules/.complete
	cd $(1) && npm test
endef
define node_modules
$(1)/node_modules/.complete: $(1)/package-lock.json
	cd $(1) && npm ci --no-audit --no-fund
	touch $$@
endef
define java_service
.PHONY: test/$(1)
test/$(1):
	JAVA_HOME=$(JDK) mvn --quiet --batch-mode --file $(1)/pom.xml test
endef
$(foreach service,$(PYTHON_SERVICES),$(eval $(call venv_rule,$(call venv_of,$(service)/requirements-dev.txt),$(service)/requirements-dev.txt)))
$(foreach service,$(GRANT) $(PYTHON_SERVICES),$(eval $(call python_service,$(service),$(call venv_of,$(service)/requirements-dev.txt))))
$(foreach service,$(TYPED_SERVICES),$(eval $(call python_types,$(service),$(call venv_of,$(service)/requirements-dev.txt))))
$(foreach service,$(NODE_SERVICES),$(eval $(call node_service,$(service))))
$(foreach folder,$(NODE_SERVICES) $(SITE),$(eval $(call node_modules,$(folder))))
$(foreach service,$(JAVA_SERVICES),$(eval $(call java_service,$(service))))

# The end-to-end tests that CI runs; the whole suite takes longer than CI allows.
CORE_PARTS := changes checkouts data new_app preflight reach
CORE := tests/e2e/sites $(CORE_PARTS:%=tests/e2e/platform/test_%.py)
WHOLE := $(addprefix tests/e2e/,sites platform end)
E2E = REHEARSAL_PYTHON=$(REHEARSAL)/bin/python .venv/bin/python -m pytest -v -x -p no:cacheprovider --timeout 1500
e2e: $(VENV) $(REHEARSAL)/.complete ## Check everything on the rehearsal (Linux, root), or some tests on the running one: ONLY=tests/e2e/sites/test_todo.py
ifdef ONLY
	$(E2E) $(ONLY)
else
	$(REHEARSAL)/bin/python -m rehearsal down
	$(REHEARSAL)/bin/python -m rehearsal up --no-deploy
	$(E2E) $(WHOLE)
	$(REHEARSAL)/bin/python -m rehearsal up --no-deploy
	$(REHEARSAL)/bin/python -m pytest -q -p no:cacheprovider -m rehearsal rehearsal/tests
	$(REHEARSAL)/bin/python -m rehearsal down
endif

e2e-core: $(VENV) $(REHEARSAL)/.complete ## Check the core of it on the rehearsal, as CI does
	$(REHEARSAL)/bin/python -m rehearsal down
	$(REHEARSAL)/bin/python -m rehearsal up --no-deploy
	$(E2E) $(CORE)
	$(REHEARSAL)/bin/python -m rehearsal down

# The rehearsal's account has one root key; the suite creates what a stack's deployer may not.
ROOT_KEY := AWS_ACCESS_KEY_ID=AKIAREHEARSAL0000000 AWS_SECRET_ACCESS_KEY=rehearsal
conformance: $(VENV) $(REHEARSAL)/.complete ## Check the behaviours of AWS that the program relies on: on the rehearsal, or on AWS with PROFILE=name STACK=stack
ifdef PROFILE
	.venv/bin/python -m tests.conformance --profile "$(PROFILE)" --stack "$(STACK)"
else
	$(REHEARSAL)/bin/python -m rehearsal run -- env --unset=AWS_SESSION_TOKEN $(ROOT_KEY) .venv/bin/python -m tests.conformance
endif

bench: $(VENV) $(REHEARSAL)/.complete ## Measure how long commands take on a new rehearsal (runs down), and write docs/performance.md
	REHEARSAL_PYTHON=$(REHEARSAL)/bin/python $(REHEARSAL)/bin/python -m tests.e2e.bench

chaos: $(VENV) $(REHEARSAL)/.complete ## Interrupt the rehearsal in many ways and recover it: SEED=1 (an hour)
	$(REHEARSAL)/bin/python -m rehearsal down
	REHEARSAL_PYTHON=$(REHEARSAL)/bin/python $(REHEARSAL)/bin/python -m tests.e2e.chaos --seed $(or $(SEED),1)
	$(REHEARSAL)/bin/python -m rehearsal down

# A broken link is an error. NO_MKDOCS_2_WARNING hides a notice about MkDocs 2, not a warning about a page.
docs: $(DOCS)/.complete $(SITE)/node_modules/.complete ## Build the documentation into site/
	node $(SITE)/diagrams.mjs *.md docs/*.md $(wildcard */README.md */*/README.md)
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --quiet --strict
	! grep --recursive --include='*.html' --extended-regexp '<(script|link|img|iframe)[^>]* (src|href)="?https?://' site # pages load nothing from elsewhere

reference: $(VENV) ## Write the reference tables of docs/ and the stubs of typings/ from the code
	.venv/bin/python -m tools.reference
	.venv/bin/python -m tools.stubs

lock: ## Upgrade and pin the Python dependencies
	git ls-files '*requirements*.in' | while read -r file; do \
	  uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 $$file -o $${file%.in}.txt; \
	done

clean: ## Remove everything that make created in the checkout
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis e2e-report site $(SITE)/node_modules
	rm -rf $(addsuffix /node_modules,$(NODE_SERVICES)) $(addsuffix /dist,$(NODE_SERVICES)) $(addsuffix /target,$(JAVA_SERVICES))
