/** Programs in Python that try to get out of a sandbox. */
export interface Attacks {
  /** Prints one JSON object: by deed, whether the program was able to do it. Finds `PORT`, `HOST_PID` and `HOST_FILE` defined. */
  readonly deeds: string;
  /** Each must be ended, or fail, before it is done. */
  readonly hogs: readonly string[];
}

const CAN = `
import json, os

def can(attempt):
    try:
        return bool(attempt())
    except Exception:
        return False
`;

/** For a sandbox that is a part of the machine, divided off by its kernel. */
export const KERNEL_ATTACKS: Attacks = {
  deeds: `${CAN}
import ctypes, signal, socket

def forks():
    children = 0
    try:
        while children < 200:
            if os.fork() == 0:
                signal.pause()
            children += 1
    except OSError:
        pass
    return children >= 200

def write(path):
    with open(path, "w") as file:
        file.write("x")
    return True

def large_file():
    with open("/work/large", "wb") as file:
        for _ in range(80):
            file.write(bytes(1 << 20))
    return True

def tell(pid):
    os.kill(pid, 0)
    return True

def connect():
    with socket.create_connection(("127.0.0.1", PORT), 1):
        return True

libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "read the environment of its host": can(lambda: open("/proc/1/environ").read()),
    "read /etc/passwd": can(lambda: open("/etc/passwd").read()),
    "read the files of its host": can(lambda: open(HOST_FILE).read()),
    "reach the network": can(connect),
    "write outside of its folders": any(can(lambda: write(path)) for path in ["/usr/probe", "/probe", "/dev/probe"]),
    "see the processes of its host": can(lambda: tell(HOST_PID)) or len([name for name in os.listdir("/proc") if name.isdigit()]) > 8,
    "make a namespace": libc.unshare(0x10000000) == 0,
    "hold 4 GB": can(lambda: bytes(4 << 30)),
    "fill the disk": can(large_file),
    "start processes without end": forks(),
}))
`,
  hogs: [],
};

/** For a sandbox whose files and kernel are make-believe, and whose walls are those of the JavaScript around it. */
export const SCRIPT_ATTACKS: Attacks = {
  deeds: `${CAN}
import socket
from pyodide.code import run_js

def connect():
    with socket.create_connection(("127.0.0.1", PORT), 1):
        return True

def gets(script):
    return can(lambda: run_js("(() => {" + script + "; return true; })()"))

file = json.dumps(HOST_FILE)
print(json.dumps({
    "read the environment of its host": gets("Deno.env.get('PATH')") or gets("process.env.PATH.length"),
    "read /etc/passwd": gets("Deno.readTextFileSync('/etc/passwd')") or can(lambda: open("/etc/passwd").read()),
    "read the files of its host": gets(f"Deno.readTextFileSync({file})") or can(lambda: open(HOST_FILE).read()),
    "reach the network": gets("Deno.listen({ port: 0 }).close()") or gets(f"new WebSocket('ws://127.0.0.1:{PORT}')") or can(connect),
    "write files of its host": gets("Deno.makeTempFileSync()"),
    "signal processes of its host": gets(f"Deno.kill({HOST_PID}, 'SIGCONT')"),
    "start programs": gets("new Deno.Command('true').outputSync()"),
    "load libraries": gets("Deno.dlopen('libc.so.6', {})"),
    "give itself rights": run_js("Deno.permissions.requestSync({ name: 'read' }).state") == "granted",
    "hold 4 GB": can(lambda: bytes(4 << 30)),
}))
`,
  hogs: [
    `from pyodide.code import run_js
run_js("globalThis.held = []; for (let n = 0; n < 64; n++) held.push(new Uint8Array(64 << 20).fill(1))")`,
  ],
};
