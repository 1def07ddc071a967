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
  /** @default - any free one */
  readonly port?: number;
  /** Where what is stored is kept, for the next start on the same port. @default - it is forgotten */
  readonly keptIn?: string | undefined;
  /** Where its SFTP server listens. @default - there is none */
  readonly sftpPort?: number | undefined;
  /** Whether it checks who may do what: otherwise every page may read and write every bucket. @default false */
  readonly isStrict?: boolean;
  /** How many functions it says, and lets, run at once. @default - as many as this machine carries */
  readonly concurrency?: number | undefined;
}

export interface MiniStack {
  readonly endpoint: string;
  readonly port: number;
  readonly logFile: string;
  readonly pid: number | undefined;
  /** Keeps what has been deployed, as it is now; what is stored is kept all the time. */
  keep(): Promise<void>;
  stop(): Promise<void>;
}

// It ends when our end of its standard input closes, so however this process dies, none is left behind.
const program = `
import os, signal, sys, threading
def wait():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=wait, daemon=True).start()
sys.path.insert(0, os.environ['CORRECTIONS'])
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

/** The local cloud, in a process of its own on 127.0.0.1. */
export const startMiniStack = async (options: MiniStackOptions = {}): Promise<MiniStack> => {
  const { keptIn, sftpPort, isStrict = false, concurrency, tell, signal } = options;
  await installPython('ministack', options);
  // Where it is not ready made for a platform, and can't be built, it goes without.
  await installPython('orjson', options).catch(() => {});
  signal?.throwIfAborted();
  if (sftpPort !== undefined) await installPython('asyncssh', options);
  tell?.('Starting MiniStack');
  const port = options.port ?? (await freePort());
  const passing = join(localFolder, `cloud-${port}`);
  const forget = () => rmSync(passing, { recursive: true, force: true });
  const folder = keptIn ?? passing;
  forget();
  mkdirSync(folder, { recursive: true });
  // Not below the repository, whose package.json would make modules of the CommonJS that functions are started by.
  const scratch = mkdtempSync(join(tmpdir(), 'tributary-'));
  const logFile = join(localFolder, `ministack-${port}.log`);
  const output = createWriteStream(logFile);
  await once(output, 'open');
  const child = spawn(
    environment({ port, folder, scratch, isKept: keptIn !== undefined, sftpPort, isStrict, concurrency }),
    output,
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await end(child);
    rmSync(scratch, { recursive: true, force: true });
    forget();
  };
  const keep = async () => {
    if (keptIn === undefined) return;
    const { ok, status } = await fetch(`${endpoint}/_tributary/checkpoint`, { method: 'POST' });
    if (!ok) throw new Error(`MiniStack could not keep what was deployed (${status}): see ${logFile}`);
  };
  try {
    await ready(endpoint, child, signal);
  } catch (cause) {
    await stop();
    signal?.throwIfAborted();
    throw new Error(`MiniStack did not start on port ${port}: see ${logFile}`, { cause });
  }
  return { endpoint, port, logFile, pid: child.pid, keep, stop };
};

interface Places {
  readonly port: number;
  readonly folder: string;
  readonly scratch: string;
  readonly isKept: boolean;
  readonly sftpPort: number | undefined;
  readonly isStrict: boolean;
  readonly concurrency: number | undefined;
}

const environment = ({ port, folder, scratch, isKept, sftpPort, isStrict, concurrency }: Places): NodeJS.ProcessEnv =>
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
    CORRECTIONS: import.meta.dirname,
    PYTHONDONTWRITEBYTECODE: '1',
    // CDK's own providers call the SDK that AWS's runtime has built in.
    NODE_PATH: join(repository, 'node_modules'),
    TMPDIR: scratch,
    LOG_LEVEL: 'INFO',
    STATE_DIR: join(folder, 'state'),
    S3_DATA_DIR: join(folder, 's3'),
    PERSIST_STATE: isKept ? '1' : '0',
    S3_PERSIST: isKept ? '1' : '0',
    ...(isKept && { STORE: join(folder, 'store.db') }),
  });

const spawn = (env: NodeJS.ProcessEnv, output: WriteStream) =>
  execa(python, ['-c', program], {
    env,
    extendEnv: false,
    stdin: 'pipe',
    stdout: output,
    stderr: output,
    reject: false,
    // In a process group of its own, it does not get a Ctrl-C while it saves what is kept.
    killDescendants: true,
    // The end of its standard input tells it that this process is gone.
    cleanup: false,
  });
type Child = ReturnType<typeof spawn>;

const ready = async (endpoint: string, child: Child, signal: AbortSignal | undefined): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    signal?.throwIfAborted();
    if (child.pid === undefined) throw new Error(`${python} did not start.`);
    const { exitCode } = child.nodeChildProcess;
    if (exitCode !== null) throw new Error(`It ended with ${exitCode}.`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error('It did not answer within 30 s.');
};

const GRACE_MS = 10_000;

const end = async (child: Child): Promise<void> => {
  child.stdin.end();
  const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await child;
  clearTimeout(kill);
  // The processes of functions, where it could not end them.
  child.kill('SIGKILL');
};
