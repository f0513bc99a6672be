package node

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/prismer-ai/k8s4claw/cluster/internal/progress"
)

// installPackages does what the preflight line asks for, when the caller allowed it: on a machine of one's own a
// program should not install packages unasked.
func installPackages(missing []string, log *progress.Log) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("packages are missing and there is no apt-get; Debian calls them %s", strings.Join(missing, " "))
	}
	log.Say("installing packages: %s", strings.Join(missing, " "))
	for _, arguments := range [][]string{
		{"update", "-q"},
		append([]string{"install", "-y", "-q", "--no-install-recommends"}, missing...),
	} {
		command := exec.Command("apt-get", arguments...)
		command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w; the end of what it said:\n%s", strings.Join(arguments, " "), err, lastLines(string(output), 5))
		}
	}
	return nil
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
