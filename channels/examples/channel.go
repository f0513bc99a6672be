// A custom channel: standard input to the agent, its answers to standard output; frames as in docs/bus.md.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

type object = map[string]any

var lock, bus, owed = sync.Mutex{}, net.Conn(nil), []object{} // owed: what the bus has not acknowledged
func write(kind string, frame object) {
	frame["type"], frame["channel"] = kind, os.Getenv("CHANNEL_NAME")
	body, _ := json.Marshal(frame)
	bus.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)) // talk sees a loss
}
func ask() {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); lock.Unlock() {
		lock.Lock()
		id, text := fmt.Sprint("go-", time.Now().UnixNano()), in.Text()
		owed = append(owed, object{"id": id, "payload": object{"text": text, "user": "console", "thread": "console"}})
		write("message", owed[len(owed)-1])
	}
}
func talk() {
	for head := make([]byte, 4); ; lock.Unlock() {
		io.ReadFull(bus, head)
		frame, body := object{}, make([]byte, binary.BigEndian.Uint32(head))
		if io.ReadFull(bus, body); json.Unmarshal(body, &frame) != nil || frame["type"] == "nack" {
			bus.Close() // cut off, or refused and still owed
			return
		}
		lock.Lock()
		if frame["type"] == "message" {
			fmt.Println(frame["payload"].(object)["text"])
			write("ack", object{"id": "ack", "correlationId": frame["id"]}) // delivered
		} else if frame["type"] == "ack" && len(owed) > 0 && frame["correlationId"] == owed[0]["id"] {
			owed = owed[1:] // on disk: nothing loses it now; the bus acknowledges in order
		}
	}
}
func main() {
	lock.Lock()
	go ask() // which waits while there is no bus
	for ; ; time.Sleep(200 * time.Millisecond) {
		if bus, _ = net.Dial("unix", os.Getenv("IPC_SOCKET_PATH")); bus != nil {
			write("register", object{"id": "register", "payload": object{"protocol": 2}})
			for _, question := range owed { // again: the bus knows by the id what it has
				write("message", question)
			}
			lock.Unlock()
			talk()
			lock.Lock()
		}
	}
}
