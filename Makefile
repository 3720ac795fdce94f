# The same commands for people and for CI. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export PORT ?= 8080
# What a person does from beginning to end, for the layouts besides the usual one.
JOURNEYS := newcomer signing providers sessions watching shell stop killed
export DATA_DIR ?= data

.PHONY: help up test test-rust test-control test-ui test-e2e test-k8s test-images check fmt ui bench soak openapi clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 14

up: ## Build what is missing and start the hub with its demo (PORT, DATA_DIR, LAYOUT=split)
	@scripts/up

test: check test-rust test-control test-ui test-e2e test-k8s test-images ## Run every test
	@echo "All tests passed."

check: target/.tools ## Formatting, lints, types, dependencies
	@scripts/say "Checking Rust"
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@scripts/say "Checking the crates that this is made of"
	scripts/dependencies
	@scripts/say "Checking the pages"
	scripts/npm run check

test-rust: target/.tools ## Rust: unit, contract, HTTP, repository; over SQLite, then over PostgreSQL
	@scripts/say "Testing Rust"
	cargo test --workspace --locked
	@scripts/say "Testing the hub split in several processes"
	CHAOSHUB_TEST_LAYOUT=split cargo test --workspace --locked --test hub
	@scripts/say "Testing Rust over PostgreSQL"
	scripts/postgres run scripts/over-postgres

test-control: target/.tools ## The control module, with the real chaos
	@scripts/say "Testing the control module"
	scripts/control-tests

test-ui: target/.tools ## The pages, without a browser
	@scripts/say "Testing the pages"
	scripts/npm test

test-e2e: target/.tools ui ## The product, in Chromium
	@scripts/say "Testing end to end"
	@# As the tests build it, so that nothing is compiled a second time with other features.
	cargo test --workspace --locked --no-run --test hub
	scripts/npm run e2e
	@scripts/say "Testing the journeys, split in several processes and over PostgreSQL"
	CHAOSHUB_TEST_LAYOUT=split CHAOSHUB_TEST_DATABASE=postgres scripts/postgres run scripts/npm run e2e -- $(JOURNEYS)

test-k8s: target/.tools ## The manifests, against the API's schemas and our own rules
	@scripts/say "Testing the manifests"
	scripts/k8s-tests

test-images: target/.tools ui ## Both images, with a run inside (Podman)
	@scripts/say "Testing the images"
	scripts/image-test

ui: ## Build the pages
	scripts/npm run build

openapi: ## Write docs/openapi.json and the client's types anew
	cargo run --locked -q -p chaoshub -- openapi > docs/openapi.json
	scripts/npm run api

soak: target/.tools ## What is slow and rare: a hundred starts, upgrades and accepted runs killed at random moments
	CHAOSHUB_TEST_ROUNDS=100 cargo test --locked -p chaoshub --test hub migrations
	CHAOSHUB_TEST_ROUNDS=100 cargo test --locked -p chaoshub --test hub a_run_accepted
	CHAOSHUB_TEST_DOCUMENTS=50000 cargo test --locked -p chaoshub --test hub lint::an_error
	CHAOSHUB_TEST_ROUNDS=30 CHAOSHUB_TEST_DATABASE=postgres scripts/postgres run cargo test --locked -p chaoshub --test hub migrations::a_start

bench: ## Print the figures of docs/PERFORMANCE.md, measured here
	bench/run

fmt: ## Format everything
	cargo fmt --all
	scripts/npm run format

clean: ## Remove what was built, but not data
	cargo clean
	rm -rf ui/dist ui/node_modules

# What the tests need of the system; installed once, said aloud.
target/.tools: scripts/install-tools
	@scripts/install-tools
	@mkdir -p target && touch $@
