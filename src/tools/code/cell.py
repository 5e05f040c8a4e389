"""One cell of Python and the folder that it leaves, wherever Python is run: part of a larger program.

Nothing of this is trusted by whoever reads the report: the code runs beside it and may write there, too.
"""
import ast
import base64
import linecache
import os
import stat
import sys
import traceback


def write_files(files):
    for name, data in files.items():
        with open(name, "wb") as file:
            file.write(base64.b64decode(data))


def run(code):
    """Like a notebook's cell: the value of a last expression is printed, open charts are saved."""
    linecache.cache["code.py"] = (len(code), None, code.splitlines(True), "code.py")
    scope = {"__name__": "__main__", "__builtins__": __builtins__}
    images_before = images()
    status = 0
    try:
        tree = ast.parse(code, "code.py")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "code.py", "exec"), scope)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "code.py", "eval"), scope)
            if value is not None:
                print(repr(value))
        save_charts(images_before)
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException as error:
        status = 1
        # The first step of the trace is this very function: none of the code's business.
        own = error.__traceback__
        traceback.print_exception(type(error), error, own.tb_next if own else None)
    try:
        sys.stdout.flush()
    except BaseException:
        status = status or 1
    return status & 0xFF


def images():
    endings = (".png", ".svg", ".jpg", ".jpeg", ".webp", ".pdf")
    return {
        (entry.name, entry.stat().st_mtime_ns)
        for entry in os.scandir(".")
        if entry.name.endswith(endings) and entry.is_file(follow_symlinks=False)
    }


def save_charts(images_before):
    """What was drawn and not saved, as chart-1.png and so on."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or images() - images_before:
        return
    for place, number in enumerate(pyplot.get_fignums(), 1):
        pyplot.figure(number).savefig(f"chart-{place}.png")


def files_left(limits):
    files, unkept, total = {}, [], 0
    for entry in sorted(os.scandir("."), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        info = entry.stat(follow_symlinks=False)
        fits = total + info.st_size <= limits["keptBytes"] and len(files) < limits["keptFiles"]
        if not stat.S_ISREG(info.st_mode) or not fits:
            unkept.append(entry.name)
            continue
        try:
            with open(entry.path, "rb") as file:
                data = file.read(info.st_size)
        except OSError:
            unkept.append(entry.name)
            continue
        total += len(data)
        files[entry.name] = base64.b64encode(data).decode()
    return {"files": files, "unkept": unkept[:20]}

