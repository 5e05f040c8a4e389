/** What the programs of a test may find out and use of its machine. */
export interface Known {
  /** A door that is really open. */
  readonly port: number;
  /** A folder with a `secret.txt`. */
  readonly folder: string;
}

/** The beginning of every program in Python. */
export const knownInPython = ({ port, folder }: Known): string =>
  `PORT, HOST_PID, FOLDER = ${port}, ${process.pid}, ${JSON.stringify(folder)}\n`;

/** Programs in Python that must be told no: each says how it fared, and everything but `no` is an escape. */
export const REFUSED: Readonly<Record<string, string>> = {
  'reads its environment': 'import os; print([k for k in os.environ if "TROUPE" in k] or "no")',
  'reads the environment that the first process was started with':
    'print(open("/proc/1/environ").read() or "no")',
  'reads /etc/passwd': 'print(open("/etc/passwd").read())',
  'reads the home of root': 'import os; print(os.listdir("/root"))',
  'reads a file of the host': 'print(open(f"{FOLDER}/secret.txt").read())',
  'reads a file of the host through the root of another process':
    'print(open(f"/proc/1/root{FOLDER}/secret.txt").read())',
  'reads a file of the host through a link':
    'import os; os.symlink(f"{FOLDER}/secret.txt", "link"); print(open("link").read())',
  'opens a socket to the host':
    'import socket; socket.create_connection(("127.0.0.1", PORT), 2); print("connected")',
  'asks for a name':
    'import socket; socket.setdefaulttimeout(2); print(socket.gethostbyname("example.org"))',
  'looks for another network device':
    'import socket; print([n for _, n in socket.if_nameindex() if n != "lo"] or "no")',
  'opens a raw socket': 'import socket; print(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))',
  'writes into the system': 'open("/usr/bin/planted", "w").write("x"); print("written")',
  'writes into the root folder': 'open("/planted", "w").write("x"); print("written")',
  'writes into the folder of devices': 'open("/dev/planted", "w").write("x"); print("written")',
  'writes a setting of the kernel':
    'open("/proc/sys/kernel/core_pattern", "w").write("|x"); print("written")',
  'sends a signal to the host': 'import os; os.kill(HOST_PID, 0); print("sent")',
  'sees processes of the host':
    'import os; print([p for p in os.listdir("/proc") if p.isdigit() and int(p) > 50] or "no")',
  'becomes root': 'import os; os.setuid(0); os.setgroups([0]); print("root")',
  'mounts a file system':
    'import ctypes; print("mounted" if ctypes.CDLL(None).mount(b"x", b"/tmp", b"tmpfs", 0, 0) == 0 else "no")',
  'leaves its root folder': 'import os; os.mkdir("/tmp/d"); os.chroot("/tmp/d"); print("left")',
  'makes a namespace':
    'import ctypes; print("made" if ctypes.CDLL(None).unshare(0x10000000) == 0 else "no")',
  'traces the process that started it':
    'import ctypes, os; print("traced" if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0 else "no")',
  'reads the memory of the first process':
    'm = open("/proc/1/mem", "rb"); m.seek(0x400000); print(m.read(16))',
  'reads the keys of the kernel':
    'import ctypes; print("read" if ctypes.CDLL(None).syscall(250 if __import__("platform").machine() == "x86_64" else 219, 0, -3, 0) >= 0 else "no")',
  'holds memory that no limit counts':
    'import os; print("made" if os.memfd_create("x") >= 0 else "no")',
  'makes a device': 'import os; os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0)); print("made")',
  'raises its limits':
    'import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); print("raised")',
};

/** The beginning of every program in JavaScript. */
export const knownInJavascript = ({ port, folder }: Known): string =>
  `Object.assign(globalThis, ${JSON.stringify({
    PORT: port,
    HOST_PID: process.pid,
    FOLDER: folder,
    SECRET: `${folder}/secret.txt`,
    DOOR: `http://127.0.0.1:${port}`,
  })});\n`;

/** The same in the JavaScript that is around Pyodide: each is an expression, and gets nowhere when it throws or gives `no`. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  'reads the environment by Deno': 'JSON.stringify(Deno.env.toObject())',
  'reads the environment by Node’s name for it': 'process.env.TROUPE_PLANTED',
  'reads a file of the host by Deno': 'Deno.readTextFileSync(SECRET)',
  'reads a file of the host by Node’s module':
    'process.getBuiltinModule("fs").readFileSync(SECRET, "utf8")',
  'lists a folder of the host': '[...Deno.readDirSync(FOLDER)].length',
  'follows a link out of what it may read': 'Deno.symlinkSync(FOLDER, "/tmp/planted-link")',
  'writes a file of the host': 'Deno.writeTextFileSync(FOLDER + "/planted", "x")',
  'makes a file for a while': 'Deno.makeTempFileSync()',
  'removes a file of the host': 'Deno.removeSync(SECRET)',
  'starts a program by Deno':
    'new Deno.Command("/usr/bin/id", { clearEnv: true }).outputSync().code',
  'starts a program by Node’s module':
    'process.getBuiltinModule("child_process").execFileSync("/usr/bin/id", { env: {} })',
  'loads a library': 'Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } })',
  'sends a signal to the host': 'Deno.kill(HOST_PID, "SIGCONT")',
  'opens a door': 'Deno.listen({ port: 0 })',
  'calls the host by a socket of Node’s':
    'process.getBuiltinModule("net").connect(PORT, "127.0.0.1") && "no"',
  'calls the host by a web socket': 'new WebSocket(DOOR.replace("http", "ws")) && "no"',
  'calls the host by fetch': 'fetch(DOOR).catch(() => {}) && "no"',
  'asks for a right': 'Deno.permissions.requestSync({ name: "net" }).state === "granted" || "no"',
  'looks at the machine': 'Deno.hostname() + Deno.networkInterfaces().length',
  'starts a thread from a file of the host':
    'new Worker(new URL("file://" + SECRET), { type: "module" }) && "no"',
  'comes by a constructor to what is outside':
    'console.log.constructor("return Deno.readTextFileSync(\'/etc/passwd\')")()',
};

/** The same for Node inside of bubblewrap. */
export const NODE_PROGRAMS: Readonly<Record<string, string>> = {
  'reads its environment':
    'Object.keys(process.env).filter((key) => key.includes("TROUPE"))[0] ?? "no"',
  'reads the environment that its first process was started with':
    'readFile("/proc/1/environ") || "no"',
  'reads /etc/passwd': 'readFile("/etc/passwd")',
  'reads a file of the host': 'readFile(SECRET)',
  'writes outside of its folders': 'writeFile("/planted", "x")',
  'writes over the program that it is run by': 'writeFile("/node", "x")',
  'sends a signal to the host': 'process.kill(HOST_PID, 0)',
  'calls the host': 'await fetch(DOOR)',
  'opens its own inspector and calls it from outside':
    'require("inspector").open(0) || (await fetch(DOOR))',
  'sees processes of the host':
    'require("fs").readdirSync("/proc").find((name) => Number(name) > 60) ?? "no"',
  'becomes root': 'process.setuid(0) ?? (process.getuid() === 0 ? "root" : "no")',
};
