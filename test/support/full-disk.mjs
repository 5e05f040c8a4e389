// Loaded before anything else into a process and its threads: while the file FULL_DISK_WHILE exists, nothing can be
// written to the disk. Embedded PostgreSQL writes by `fs.writeSync` alone.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const isFullWhile = process.env['FULL_DISK_WHILE'] ?? '';
const { existsSync, writeSync } = fs;

/** Ours to fill are files only: what people are told on a terminal needs no disk. */
const LAST_STANDARD_STREAM = 2;

fs.writeSync = (fd, ...rest) => {
  if (fd > LAST_STANDARD_STREAM && existsSync(isFullWhile)) {
    const error = new Error('ENOSPC: no space left on device, write');
    throw Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' });
  }
  return writeSync(fd, ...rest);
};
syncBuiltinESMExports();
