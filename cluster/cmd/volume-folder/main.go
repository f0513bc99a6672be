// Command volume-folder makes or removes the folder of one volume. The helper pods of local-path-provisioner run it, with
// the arguments that the provisioner has for such programs.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "volume-folder:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("volume-folder", flag.ContinueOnError)
	path := flags.String("p", "", "the folder")
	mode := flags.String("m", "Filesystem", "kind of volume")
	action := flags.String("a", "", "create or delete")
	// A folder has no quota.
	_ = flags.Int64("s", 0, "size in bytes")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *path == "" {
		return fmt.Errorf("no folder is named")
	}
	if *mode != "Filesystem" {
		return fmt.Errorf("%s: a volume of mode %s is no folder", *path, *mode)
	}
	switch *action {
	case "create":
		return os.MkdirAll(*path, 0o770)
	case "delete":
		return os.RemoveAll(*path)
	default:
		return fmt.Errorf("%s: the action is %q, not create or delete", *path, *action)
	}
}
