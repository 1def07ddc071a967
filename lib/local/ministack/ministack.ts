import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { childEnvironment, localFolder, region, repository } from '../../process/environment.ts';
import { type InstallOptions, installPython, python } from '../../process/python.ts';
import { freePort } from './ports.ts';

export interface MiniStackOptions extends InstallOptions {
  /** @default - a free one */
  readonly port?: number;
  /** The folder that stores the data for the next start on the same port. @default - the data is deleted at the end */
  readonly persistIn?: string | undefined;
  /** The port of the SFTP server. @default - no server */
  readonly sftpPort?: number | undefined;
  /** Whether it checks permissions. Without, any web page may read and write every bucket. @default false */
  readonly isStrict?: boolean;
  /** How many functions run at once, and how many it reports as the limit. @default - as many as the machine can run */
  readonly concurrency?: number | undefined;
}

export interface MiniStack {
  readonly endpoint: string;
  readonly port: number;
  readonly logFile: string;
  readonly pid: number | undefined;
  /** Persists what has been deployed. Stored data is persisted all the time. */
  persist(): Promise<void>;
  stop(): Promise<void>;
}

// Ends when its standard input closes, so none is left behind, however this process dies.
const program = `
import os, signal, sys, threading
def wait():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=wait, daemon=True).start()
sys.path.insert(0, os.environ['PATCHES'])
import engine
engine.install(os.environ.get('STORE', ''))
import global_table
global_table.install()
if os.environ['SFTP_ENABLED'] == '1':
    import transfer_events
    transfer_events.install()
from ministack.app import main
main()
`;

/** Starts MiniStack in its own process on 127.0.0.1. */
export const startMiniStack = async (options: MiniStackOptions = {}): Promise<MiniStack> => {
  const { persistIn, sftpPort, isStrict = false, concurrency, onStep, signal } = options;
  await installPython('ministack', options);
  // MiniStack works without it, on platforms that have no build of it.
  await installPython('orjson', options).catch(() => {});
  signal?.throwIfAborted();
  if (sftpPort !== undefined) await installPython('asyncssh', options);
  onStep?.('Starting MiniStack');
  const port = options.port ?? (await freePort());
  const temporaryFolder = join(localFolder, `cloud-${port}`);
  const removeTemporary = () => rmSync(temporaryFolder, { recursive: true, force: true });
  const folder = persistIn ?? temporaryFolder;
  removeTemporary();
  mkdirSync(folder, { recursive: true });
  // Not below the repository: its package.json would turn the CommonJS files that start functions into modules.
  const scratch = mkdtempSync(join(tmpdir(), 'tributary-'));
  const logFile = join(localFolder, `ministack-${port}.log`);
  const output = createWriteStream(logFile);
  await once(output, 'open');
  const child = spawn(
    environment({ port, folder, scratch, isPersistent: persistIn !== undefined, sftpPort, isStrict, concurrency }),
    output,
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await end(child);
    rmSync(scratch, { recursive: true, force: true });
    removeTemporary();
  };
  const persist = async () => {
    if (persistIn === undefined) return;
    const { ok, status } = await fetch(`${endpoint}/_tributary/checkpoint`, { method: 'POST' });
    if (!ok) throw new Error(`MiniStack could not persist what was deployed (${status}). See ${logFile}`);
  };
  try {
    await waitUntilReady(endpoint, child, signal);
  } catch (cause) {
    await stop();
    signal?.throwIfAborted();
    throw new Error(`MiniStack did not start on port ${port}. See ${logFile}`, { cause });
  }
  return { endpoint, port, logFile, pid: child.pid, persist, stop };
};

interface Configuration {
  readonly port: number;
  readonly folder: string;
  readonly scratch: string;
  readonly isPersistent: boolean;
  readonly sftpPort: number | undefined;
  readonly isStrict: boolean;
  readonly concurrency: number | undefined;
}

const environment = ({
  port,
  folder,
  scratch,
  isPersistent,
  sftpPort,
  isStrict,
  concurrency,
}: Configuration): NodeJS.ProcessEnv =>
  childEnvironment({
    GATEWAY_PORT: `${port}`,
    BIND_HOST: '127.0.0.1',
    MINISTACK_REGION: region,
    AUTH: `${isStrict}`,
    LAMBDA_EXECUTOR: 'local',
    ...(concurrency !== undefined && { LAMBDA_ACCOUNT_CONCURRENCY: `${concurrency}` }),
    SFTP_ENABLED: sftpPort === undefined ? '0' : '1',
    SFTP_PORT: `${sftpPort ?? 0}`,
    SFTP_HOST: '127.0.0.1',
    PATCHES: import.meta.dirname,
    PYTHONDONTWRITEBYTECODE: '1',
    // CDK's custom resources expect the SDK that Lambda's runtime contains.
    NODE_PATH: join(repository, 'node_modules'),
    TMPDIR: scratch,
    LOG_LEVEL: 'INFO',
    STATE_DIR: join(folder, 'state'),
    S3_DATA_DIR: join(folder, 's3'),
    PERSIST_STATE: isPersistent ? '1' : '0',
    S3_PERSIST: isPersistent ? '1' : '0',
    ...(isPersistent && { STORE: join(folder, 'store.db') }),
  });

const spawn = (env: NodeJS.ProcessEnv, output: WriteStream) =>
  execa(python, ['-c', program], {
    env,
    extendEnv: false,
    stdin: 'pipe',
    stdout: output,
    stderr: output,
    reject: false,
    // In its own process group, it does not receive Ctrl-C while it saves its state.
    killDescendants: true,
    // It ends by itself when its standard input closes.
    cleanup: false,
  });
type Child = ReturnType<typeof spawn>;

const waitUntilReady = async (endpoint: string, child: Child, signal: AbortSignal | undefined): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    signal?.throwIfAborted();
    if (child.pid === undefined) throw new Error(`${python} did not start.`);
    const { exitCode } = child.nodeChildProcess;
    if (exitCode !== null) throw new Error(`MiniStack ended with exit code ${exitCode}.`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error('MiniStack did not answer within 30 s.');
};

const GRACE_MS = 10_000;

const end = async (child: Child): Promise<void> => {
  child.stdin.end();
  const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await child;
  clearTimeout(kill);
  // Processes of functions that it could not end.
  child.kill('SIGKILL');
};
