#!/usr/bin/env python3
"""A custom channel: lines of standard input go to the agent, its answers to standard output.
Frames are 4 bytes of length, big-endian, and one JSON object (docs/bus.md). No library is needed."""
import json, os, socket, struct, sys, threading, time, uuid

NAME = os.environ["CHANNEL_NAME"]
PATH = os.environ.get("IPC_SOCKET_PATH", "/var/run/claw/bus.sock")
owed = {}  # by id, what the bus has not acknowledged
lock = threading.Lock()
link = socket.socket(socket.AF_UNIX)


def write(kind, payload, **keys):
    frame = {"id": str(uuid.uuid4()), "type": kind, "channel": NAME, "payload": payload}
    body = json.dumps(frame | keys).encode()
    link.sendall(struct.pack(">I", len(body)) + body)


def read(stream):
    return json.loads(stream.read(struct.unpack(">I", stream.read(4))[0]))


def talk():
    global link
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(PATH)
        stream = link.makefile("rb")
        with lock:
            write("register", {"protocol": 2})
            for id, payload in owed.items():  # again, in order: the bus knows by the id what it has
                write("message", payload, id=id)
        while True:
            got = read(stream)
            with lock:
                if got["type"] == "ack":
                    owed.pop(got.get("correlationId"), None)  # on disk: nothing loses it now
                elif got["type"] == "nack":
                    raise OSError(got["payload"])  # still owed
                elif got["type"] == "message":
                    print(got["payload"].get("text", ""), flush=True)
                    write("ack", {"ref": got["id"]}, correlationId=got["id"])  # delivered


def ask():
    for line in sys.stdin:
        with lock:
            id = str(uuid.uuid4())
            owed[id] = {"text": line.strip(), "user": "console", "thread": "console"}
            try:
                write("message", owed[id], id=id)
            except OSError:
                pass  # the next connection sends it


threading.Thread(target=ask, daemon=True).start()
while True:
    try:
        talk()
    except (OSError, struct.error):  # the bus is away, or went in the middle of a frame
        time.sleep(0.2)
