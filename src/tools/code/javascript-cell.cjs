// Runs one cell of JavaScript by Node, inside of a sandbox, and prints the value of its last expression in the end.
// Stands behind the definitions of `furnish`, `openFolder` and `bodiesOf`: see javascript-cell.ts.
/* global bodiesOf, furnish, openFolder */
const fs = require('node:fs');
const vm = require('node:vm');

const code = fs.readFileSync('/tmp/code.js', 'utf8');
const print = (line) => fs.writeSync(1, `${line}\n`);
const explain = furnish(print, Number(process.argv[2]));
let ending = 'stopped';
let value;

openFolder(fs);
globalThis.require = require;
process.on('beforeExit', () => {
  if (ending === 'stopped') ending = 'waiting';
});
process.on('exit', () => {
  if (ending === 'waiting') fail('The code waits for a promise that nothing settles.');
  if (ending === 'done') print(`Result: ${explain(value, false)}`);
});
process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
void run();

async function run() {
  value = await compiled().runInThisContext();
  ending = 'done';
}

function giveUp(error) {
  ending = 'failed';
  fail(explain(error, true));
  process.exit();
}

function fail(why) {
  print(why);
  process.exitCode = 1;
}

function compiled() {
  return new vm.Script([code, ...bodiesOf(code)].find(parses) ?? code, {
    filename: 'code.js',
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

function parses(text) {
  try {
    return new vm.Script(text) !== undefined;
  } catch {
    return false;
  }
}
