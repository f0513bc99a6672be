# Every target says what it does in `make help`; the work itself stands in scripts/ and cluster/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check fuzz up down status images push plugin install deploy run manifests lint fmt red-team bench-operator bench-ops crash-operator crash-bus crash-channels powercut-bus freeze-bus bench-bus backlog-bus bench-start real-openclaw clean

CLUSTER := cluster/claw-cluster

# Missing Debian packages are installed, with a line that says which; set it to 0 to be told the command instead.
export CLAW_INSTALL_PACKAGES ?= 1
RELEASE ?= k8s4claw
NAMESPACE ?= k8s4claw-system
MVN = JAVA_HOME="$$(images/java-home)" mvn -B -q

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

demo: ## a real node, an agent that is killed by the kernel and healed, receipts verified, attacks refused
	@scripts/demo

test: ## every layer: unit, API server, node
	@scripts/test all

check: ## the inner loop: unit and API server, no node
	@scripts/test check

fuzz: ## look for inputs that break a reader: make fuzz TARGET=intent|receipts|old-receipts|rules|frames|recovery SECONDS=600
	@scripts/fuzz "$(TARGET)" "$(or $(SECONDS),60)"

up: ## start a real one-node Kubernetes on this machine (or keep the one that runs)
	@$(CLUSTER) up

down: ## stop it and leave nothing behind
	@$(CLUSTER) down

status: ## say whether it runs
	@$(CLUSTER) status

images: ## build every image into build/images
	@scripts/images

push: ## push them: make images push IMAGE_REGISTRY=registry.example.org/claw
	@test -n "$(IMAGE_REGISTRY)" || { echo "push: say where to: make push IMAGE_REGISTRY=registry.example.org/claw" >&2; exit 2; }
	@images/build --push "$(IMAGE_REGISTRY)"

plugin: ## make build/plugin, what `kubectl krew install` takes
	@scripts/plugin

install: ## install only the resource definitions into the current cluster
	@scripts/install-crds "$(RELEASE)" "$(NAMESPACE)"

deploy: ## install the operator with Helm into the current cluster
	@scripts/deploy "$(RELEASE)" "$(NAMESPACE)"

run: ## run the operator from here against the current cluster, as its own ServiceAccount
	@scripts/run-operator "$(RELEASE)" "$(NAMESPACE)"

manifests: ## regenerate what is made from sources: definitions in the chart, deploy/k8s4claw.yaml, docs/cli.md
	@CLAW_MANIFESTS=write $(MVN) -pl api -am test -Dtest=CrdManifestsTest -Dsurefire.failIfNoSpecifiedTests=false
	@$(CLUSTER) helm template k8s4claw charts/k8s4claw --namespace k8s4claw-system --kube-version 1.34.4 >deploy/k8s4claw.yaml
	@CLAW_MANIFESTS=write $(MVN) -pl cli -am test -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false

lint: ## check formatting, compile with every warning an error, lint chart, Go and scripts
	@scripts/lint

fmt: ## format the Java and Go sources
	@$(MVN) spotless:apply
	@gofmt -w cluster

red-team: ## every attack we know, with real tokens, operator up and operator down
	@scripts/red-team

bench-ops: ## how soon 1,000 agents are healed, and that none is forgotten
	@scripts/bench-ops

bench-operator: ## writes until converged, converge time against a bare client, heal latency, memory
	@scripts/bench-operator

crash-operator: ## kill -9 the operator ROUNDS times (200) under load: everything done once, log and statuses true
	@scripts/crash-operator $(or $(ROUNDS),200) $(SEED)

crash-bus: ## kill -9 the message bus ROUNDS times (1000) under load and compare the books
	@scripts/crash-bus $(or $(ROUNDS),1000)

crash-channels: ## kill -9 each container of an agent with channels in turn, ROUNDS times (50), on a node, and compare the books
	@scripts/crash-channels $(or $(ROUNDS),50)

powercut-bus: ## cut the power of the bus's disk ROUNDS times (20) under load and compare the books; as root
	@scripts/powercut-bus $(or $(ROUNDS),20) $(SEED)

freeze-bus: ## stop the message bus for SECONDS (60) under load, let it go on, and compare the books
	@scripts/freeze-bus $(or $(SECONDS),60)

bench-bus: ## the bus against the disk's own sync rate, Redis and NATS in one run; as root
	@scripts/bench-bus

backlog-bus: ## GB gigabytes (10) wait for a runtime, with the heap of the bus's image; half as much again of disk has to be free
	@scripts/backlog-bus $(or $(GB),10)

bench-start: ## the bus's start and idle memory, with and without its AOT cache; as root
	@scripts/bench-start $(ROUNDS)

real-openclaw: ## OpenClaw itself from npm in pods, asked through the bus while each container is killed ROUNDS times (2); needs the network
	@scripts/real-openclaw $(or $(ROUNDS),2)

clean: ## remove what the build made (caches outside the repository stay)
	@$(MVN) clean
	@rm -rf build
