"""Runs one job inside of Pyodide: stands behind cell.py."""
import json


def main(text):
    job = json.loads(text)
    write_files(job["files"])
    status = run(job["code"])
    return json.dumps({"status": status, **files_left(job["limits"])})
