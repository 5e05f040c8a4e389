import { lstatSync, readlinkSync } from 'node:fs';

/** Where bubblewrap finds the filter of calls to the kernel: the last of the pipes it is started with. */
const FILTER_FD = 4;

const TMP_BYTES = 64 * 1024 * 1024;
const WORK_BYTES = 64 * 1024 * 1024;
const SHARED_BYTES = 16 * 1024 * 1024;

/** How Python's parts of the system are configured; nothing else of /etc is there. */
const SETTINGS = ['/etc/alternatives', '/etc/fonts', '/etc/matplotlibrc', '/etc/ld.so.cache'];

const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/bin',
  HOME: '/work',
  LANG: 'C.UTF-8',
  XDG_CACHE_HOME: '/tmp',
  MPLBACKEND: 'Agg',
  MPLCONFIGDIR: '/tmp/matplotlib',
  // Each thread would count as a process.
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
};

interface Walls {
  /** Calls to the kernel are filtered. */
  readonly isFiltered: boolean;
  /** The program that code in JavaScript is run by. */
  readonly node: string | undefined;
}

/** The walls: namespaces of its own, a read-only system, folders in memory, no network, no environment, no rights. */
export const wallsOf = ({ isFiltered, node }: Walls): readonly string[] => [
  '--unshare-all',
  '--unshare-user',
  '--disable-userns',
  '--die-with-parent',
  '--new-session',
  '--clearenv',
  ...['--cap-drop', 'ALL'],
  ...['--hostname', 'sandbox'],
  ...['--ro-bind', '/usr', '/usr'],
  ...['lib', 'lib32', 'lib64', 'bin', 'sbin'].flatMap(systemFolder),
  ...SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]),
  ...(node === undefined ? [] : ['--ro-bind', node, '/node']),
  ...['--proc', '/proc'],
  ...['--dev', '/dev'],
  ...folderInMemory('/dev/shm', SHARED_BYTES),
  ...folderInMemory('/tmp', TMP_BYTES),
  ...folderInMemory('/work', WORK_BYTES),
  // Both are memory without a limit of their own.
  ...['--remount-ro', '/dev'],
  ...['--remount-ro', '/'],
  ...['--chdir', '/work'],
  ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
  ...(isFiltered ? ['--seccomp', String(FILTER_FD)] : []),
];

/** Most systems keep these inside of /usr and leave a link; others have folders. */
function systemFolder(name: string): readonly string[] {
  const path = `/${name}`;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

const folderInMemory = (path: string, bytes: number) => ['--size', String(bytes), '--tmpfs', path];
