"""Runs one job inside of bubblewrap: job in on stdin, what is printed out on fd 1, one report out on fd 3. Stands behind cell.py."""
import json
import resource
import signal

REPORT = 3
# The stacks of its threads, mostly never used.
NODES_OWN = 512 << 20
# What it says when it ends, its stack included, is shorter.
LAST_WORDS = 64 << 10


def main():
    job = json.load(sys.stdin)
    write_files(job["files"])
    # Closes when Node starts, so that no end of the code's own can be taken for one that never began.
    unstarted, not_started = os.pipe()
    complaints = nodes_own_words() if job["language"] == "javascript" else None
    pid = os.fork()
    if pid == 0:
        os.close(REPORT)
        nothing = os.open("/dev/null", os.O_RDWR)
        os.dup2(nothing, 0)
        # Node prints its own affairs there; what code logs goes the other way.
        os.dup2(1 if complaints is None else complaints, 2)
        confine(job["limits"], job["language"])
        if job["language"] == "javascript":
            become_node(job, not_started)
        os.close(not_started)
        os._exit(run(job["code"]))
    os.close(not_started)
    # Read before the code can reach it: later, a word in there could be the code's own.
    has_failed = job["language"] == "javascript" and os.read(unstarted, 1) != b""
    os.close(unstarted)
    _, status = os.waitpid(pid, 0)
    stop_the_rest()
    code = os.waitstatus_to_exitcode(status)
    if has_failed:
        sys.exit("bwrap: Node could not be started inside")
    if code == -signal.SIGABRT and complaints is not None and says_out_of_memory(complaints):
        sys.exit("out of memory")
    report = {"status": code, **files_left(job["limits"])}
    with os.fdopen(REPORT, "w") as out:
        json.dump(report, out)


def nodes_own_words():
    """A file that only its holders can find."""
    path = "/tmp/words"
    words = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    os.unlink(path)
    return words


def says_out_of_memory(words):
    """Node aborts itself when it has no memory left, and says so first. Code that says it in its place has only itself to blame."""
    end = os.fstat(words).st_size
    return b"out of memory" in os.pread(words, LAST_WORDS, max(0, end - LAST_WORDS))


def become_node(job, not_started):
    for name, text in [("cell.cjs", job["cell"]), ("code.js", job["code"])]:
        with open(f"/tmp/{name}", "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    megabytes = job["limits"]["memoryBytes"] >> 20
    heap = f"--max-old-space-size={megabytes * 3 // 4}"
    try:
        os.execv("/node", ["node", heap, "/tmp/cell.cjs", str(job["limits"]["resultChars"])])
    except OSError:
        os.write(not_started, b"!")
        os._exit(1)


def confine(limits, language):
    # Node reserves far more than it uses: there only what can be written to counts.
    memory = (
        (resource.RLIMIT_DATA, limits["memoryBytes"] + NODES_OWN)
        if language == "javascript"
        else (resource.RLIMIT_AS, limits["memoryBytes"])
    )
    for what, value in [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits["cpuSeconds"]),
        (resource.RLIMIT_FSIZE, limits["fileBytes"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, limits["processes"]),
        memory,
    ]:
        resource.setrlimit(what, (value, value))


def stop_the_rest():
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        return
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


main()
