# Every command sets up what it needs: one virtual environment in .venv, from requirements-dev.txt.
# The checks themselves are a Python package, checks; this file calls it.

# The Python that builds the environment: `make PYTHON=python3.13 test` chooses another.
# A candidate counts only if it really runs: version managers put names on PATH that do not.
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c '$(USABLE)' >/dev/null 2>&1 && echo $$name && break; done)
UV := uv==0.13.9

IN_VENV := .venv/bin/python
READY := .venv/ready
CHECKS := $(IN_VENV) -m checks
TREE := .venv/tree

RUNS := import sys; print(sys.version_info[:2])
ifneq ($(filter command% environment%,$(origin PYTHON)),)
ifneq ($(shell $(PYTHON) -c '$(RUNS)' 2>&1),$(shell $(IN_VENV) -c '$(RUNS)' 2>&1))
ANOTHER_PYTHON := another-python
endif
endif

.DEFAULT_GOAL := help
.PHONY: help demo play test check unit try integration molecule awx events package sanity lint docs matrix bench release soak mutation lock clean $(ANOTHER_PYTHON)

help: ## say what there is (this list)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## the main job: a webhook kept as declared, on a simulated TouchBasePro
	@$(CHECKS) demo

# Its address and key come from the simulator itself, once it serves.
play: $(READY) ## a simulated TouchBasePro to try things on, until Ctrl-C
	@echo 'Once it serves, paste its two export lines into another terminal, in this folder, and try as follows. Ctrl-C ends it.'
	@echo '  ANSIBLE_COLLECTIONS_PATH=$(TREE) .venv/bin/ansible localhost -m touchbasepro.sms.touchbase_sms_webhook_info -a campaign_id=9141'
	@echo '  ANSIBLE_COLLECTIONS_PATH=$(TREE) .venv/bin/ansible-playbook playbooks/demo.yml --check --diff'
	@echo '  ANSIBLE_COLLECTIONS_PATH=$(TREE) .venv/bin/ansible-playbook playbooks/demo.yml --diff'
	@echo '  PYTHONPATH=simulator $(IN_VENV) -m touchbase_simulator probe --api-url "$$TOUCHBASE_API_URL" --campaign-id 9141 --read-only --yes'
	@PYTHONPATH=simulator $(IN_VENV) -m touchbase_simulator serve

test: $(READY) ## what each change must pass: about four minutes on two cores
	@$(CHECKS) test

check: $(READY) ## the rest, before a merge: about eleven minutes on two cores
	@$(CHECKS) check

unit: $(READY) ## the unit tests, and which lines of plugins/ they miss
	@$(CHECKS) unit

try: $(READY) ## some tests alone: make try TEST=tests/unit/plugins/module_utils/_plan
	@test -n '$(TEST)' || { echo 'Say which: make try TEST=tests/unit/…' >&2; exit 2; }
	@ANSIBLE_COLLECTIONS_PATH='$(CURDIR)/$(TREE)' PYTHONPATH='$(CURDIR)/$(TREE)' \
		PYTHONDONTWRITEBYTECODE=1 $(IN_VENV) -m pytest -p no:cacheprovider -q $(TEST)

integration: $(READY) ## each module as users write it, with ansible-test
	@$(CHECKS) integration

molecule: $(READY) ## the roles and playbooks as users run them, on a simulated TouchBasePro
	@$(CHECKS) molecule

awx: $(READY) ## what playbooks/awx makes in a controller, with the modules of awx.awx
	@$(CHECKS) awx

events: $(READY) ## the event source and its rulebooks, with ansible-rulebook
	@$(CHECKS) events

package: $(READY) ## the archive, and what Galaxy's importer says to it
	@$(CHECKS) package

sanity: $(READY) ## ansible-test sanity
	@$(CHECKS) sanity

lint: $(READY) ## the hooks of pre-commit, licences and the action group
	@$(CHECKS) lint

docs: $(READY) ## the documentation site, in build/site
	@$(CHECKS) docs

# One of them alone: make matrix CORE=2.18, and on a Python of your choice CORE_PYTHON=3.12.
matrix: $(READY) ## sanity, unit and integration tests on every supported ansible-core
	@$(CHECKS) matrix $(if $(CORE),--core '$(CORE)') $(if $(CORE_PYTHON),--python '$(CORE_PYTHON)')

# To see whether it runs: make bench QUICK=1 takes tiny sizes, and only prints. One group of what is
# compared alone, anew: make bench GROUP=module.
bench: $(READY) ## how long runs take, beside other ways, for the guide; about 28 minutes
	@$(IN_VENV) -m tests.benchmarks $(if $(QUICK),--quick) $(if $(GROUP),--group '$(GROUP)')

# Its version: make release VERSION=1.2.3. It publishes nothing.
release: $(READY) ## changelog, tag, archive and importer report, if every check passes
	@$(CHECKS) release --version '$(VERSION)'

soak: $(READY) ## the long checks
	@$(CHECKS) soak

mutation: $(READY) ## whether the unit tests notice that the code was broken; part of soak
	@$(CHECKS) mutation

lock: $(READY) ## compile requirements-dev.txt and the other locks again, with the newest versions
	@for requirements in requirements-dev tests/functional/awx/requirements \
			tests/functional/eda/requirements tests/soak/requirements-schemathesis \
			tests/soak/requirements-audit tests/soak/requirements-mutation; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
			--no-header --no-annotate $$requirements.in --output-file $$requirements.txt || exit; done

clean: ## remove the environment and everything that checks and builds left behind
	@rm -rf .venv build tests/output .mypy_cache .pytest_cache .ruff_cache .hypothesis .ansible .cache .nox
	@rm -f -- *.tar.gz importer_result.json changelogs/.plugin-cache.yaml
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Ansible and mypy find a collection by its path only, hence the link.
$(READY): requirements-dev.txt $(ANOTHER_PYTHON)
	@test -n '$(PYTHON)' || { echo 'No Python 3.11, 3.12 or 3.13 with venv was found on PATH.' \
		'Install one, or name it: make PYTHON=/path/to/python3 …' >&2; exit 1; }
	@echo 'Setting up .venv with $(PYTHON) …'
	@$(PYTHON) -m venv --clear .venv
	@$(IN_VENV) -m pip install --quiet --disable-pip-version-check '$(UV)'
	@VIRTUAL_ENV='$(CURDIR)/.venv' .venv/bin/uv pip sync --quiet --compile-bytecode requirements-dev.txt
	@mkdir -p $(TREE)/ansible_collections/touchbasepro
	@ln -sfn '$(CURDIR)' $(TREE)/ansible_collections/touchbasepro/sms
	@touch $@
