package node

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// unmountBelow takes away every mount in or below some folders, the youngest first.
func unmountBelow(folders ...string) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return
	}
	points := mountPoints(string(table), folders)
	for i := len(points) - 1; i >= 0; i-- {
		_ = unix.Unmount(points[i], unix.MNT_DETACH)
	}
}

// mountPoints picks the mount points in or below the folders, in the order of the kernel's table. The kernel writes a
// space in a path as \040.
func mountPoints(table string, folders []string) []string {
	var points []string
	for _, line := range strings.Split(table, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		point := unescape(fields[4])
		for _, folder := range folders {
			if point == folder || strings.HasPrefix(point, folder+"/") {
				points = append(points, point)
				break
			}
		}
	}
	return points
}

func unescape(path string) string {
	var plain strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '\\' && i+3 < len(path) {
			if code, err := strconv.ParseUint(path[i+1:i+4], 8, 8); err == nil {
				plain.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		plain.WriteByte(path[i])
	}
	return plain.String()
}
