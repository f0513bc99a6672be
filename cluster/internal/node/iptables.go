package node

import (
	"fmt"
	"os/exec"
	"regexp"
	"sort"
	"strings"
)

// The chains of kubelet, kube-proxy and the network plugins.
var clusterChain = regexp.MustCompile(`^(KUBE|CNI)-`)

var (
	families = []string{"iptables", "ip6tables"}
	tables   = []string{"filter", "nat", "mangle", "raw"}
)

// clusterChains lists what is there now, as family/table/chain.
func clusterChains() []string {
	var found []string
	for _, family := range families {
		for _, table := range tables {
			chains, _ := parseChains(listRules(family, table))
			for _, chain := range chains {
				found = append(found, family+"/"+table+"/"+chain)
			}
		}
	}
	sort.Strings(found)
	return found
}

// removeChains removes all cluster chains but those that were there before the node.
func removeChains(before []string) {
	keep := map[string]bool{}
	for _, chain := range before {
		keep[chain] = true
	}
	for _, family := range families {
		for _, table := range tables {
			isKept := func(chain string) bool { return keep[family+"/"+table+"/"+chain] }
			script := removal(table, listRules(family, table), isKept)
			if script == "" {
				continue
			}
			restore := exec.Command(family+"-restore", "--noflush", "--wait=5")
			restore.Stdin = strings.NewReader(script)
			_ = restore.Run()
		}
	}
}

func listRules(family, table string) string {
	output, err := exec.Command(family, "--wait", "5", "--table", table, "--list-rules").Output()
	if err != nil {
		return ""
	}
	return string(output)
}

// parseChains reads a listing: our chains, and the rules of other chains that jump into them.
func parseChains(listing string) (chains, jumps []string) {
	for _, line := range strings.Split(listing, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch {
		case fields[0] == "-N" && clusterChain.MatchString(fields[1]):
			chains = append(chains, fields[1])
		case fields[0] == "-A" && !clusterChain.MatchString(fields[1]) && clusterChain.MatchString(target(fields)):
			jumps = append(jumps, line)
		}
	}
	return chains, jumps
}

func target(fields []string) string {
	for i, field := range fields[:len(fields)-1] {
		if field == "-j" || field == "-g" {
			return fields[i+1]
		}
	}
	return ""
}

// removal writes what iptables-restore --noflush understands: a declared chain is emptied, then the jumps go, then the
// chains, which nothing refers to any more. It is one transaction for each table.
func removal(table, listing string, isKept func(chain string) bool) string {
	chains, jumps := parseChains(listing)
	var declare, remove, drop strings.Builder
	for _, chain := range chains {
		if !isKept(chain) {
			fmt.Fprintf(&declare, ":%s - [0:0]\n", chain)
			fmt.Fprintf(&drop, "-X %s\n", chain)
		}
	}
	for _, jump := range jumps {
		if !isKept(target(strings.Fields(jump))) {
			fmt.Fprintf(&remove, "-D%s\n", strings.TrimPrefix(jump, "-A"))
		}
	}
	if declare.Len()+remove.Len() == 0 {
		return ""
	}
	return "*" + table + "\n" + declare.String() + remove.String() + drop.String() + "COMMIT\n"
}
