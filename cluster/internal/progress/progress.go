// Package progress prints what happens, with the seconds since the start, to a stream that is not the result's.
package progress

import (
	"fmt"
	"io"
	"time"
)

// Log writes one line for each step. Each is one write, so that lines of several goroutines do not mix.
type Log struct {
	out   io.Writer
	start time.Time
}

// New starts the clock of a log.
func New(out io.Writer) *Log {
	return &Log{out: out, start: time.Now()}
}

// Say prints one step.
func (l *Log) Say(format string, arguments ...any) {
	fmt.Fprintf(l.out, "claw-cluster %5.1fs  %s\n", time.Since(l.start).Seconds(), fmt.Sprintf(format, arguments...))
}
