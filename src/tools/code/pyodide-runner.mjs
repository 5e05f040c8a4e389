// Runs one job in Deno, without any right but to read Pyodide: the job comes in on stdin, what is printed goes out on
// stdout, one report on stderr. What the code finds here it may use: the walls are Deno's.
const [pyodide, program] = Deno.args;
const job = await new Response(Deno.stdin.readable).text();
const { loadPyodide } = await import(new URL('pyodide.mjs', pyodide).href);
const python = await loadPyodide({ indexURL: new URL('.', pyodide).pathname });
const write = (stream, bytes) => {
  for (let done = 0; done < bytes.length; ) done += stream.writeSync(bytes.subarray(done));
  return bytes.length;
};
const report = (text) => write(Deno.stderr, new TextEncoder().encode(`${text}\n`));
const printing = { write: (bytes) => write(Deno.stdout, bytes), isatty: false };
python.setStdout(printing);
python.setStderr(printing);
python.FS.mkdirTree('/work');
python.FS.chdir('/work');
report('ready');
const main = python.runPython(`${program}\nmain`);
report(main(job));
Deno.exit(0);
