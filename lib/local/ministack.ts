import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment, localFolder, region, repository } from './environment.ts';
import { freePort } from './ports.ts';
import { installPython, python } from './python.ts';

export interface MiniStackOptions {
  /** @default - any free one */
  readonly port?: number;
  /** Keeps what is stored for the next start on the same port. */
  readonly persist?: boolean;
}

export interface MiniStack {
  readonly endpoint: string;
  readonly port: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

// It ends when our end of its standard input closes, so however this process dies, none is left behind.
const program = `
import os, signal, sys, threading
def wait():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=wait, daemon=True).start()
from ministack.app import main
main()
`;

/** The local cloud, in a process of its own on 127.0.0.1. */
export const startMiniStack = async (options: MiniStackOptions = {}): Promise<MiniStack> => {
  await installPython('ministack');
  const port = options.port ?? (await freePort());
  const folder = join(localFolder, `cloud-${port}`);
  if (!options.persist) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Not below the repository, whose package.json would make modules of the CommonJS that functions are started by.
  const scratch = mkdtempSync(join(tmpdir(), 'tributary-'));
  const logFile = join(localFolder, `ministack-${port}.log`);
  const output = openSync(logFile, 'w');
  const child = spawn(python, ['-c', program], {
    env: environment({ port, folder, scratch, persist: options.persist ?? false }),
    stdio: ['pipe', output, output],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await end(child);
    rmSync(scratch, { recursive: true, force: true });
    if (!options.persist) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(endpoint, child);
  } catch (cause) {
    await stop();
    throw new Error(`MiniStack did not start on port ${port}: see ${logFile}`, { cause });
  }
  return { endpoint, port, logFile, stop };
};

interface Places {
  readonly port: number;
  readonly folder: string;
  readonly scratch: string;
  readonly persist: boolean;
}

const environment = ({ port, folder, scratch, persist }: Places): NodeJS.ProcessEnv =>
  childEnvironment({
    GATEWAY_PORT: `${port}`,
    BIND_HOST: '127.0.0.1',
    MINISTACK_REGION: region,
    LAMBDA_EXECUTOR: 'local',
    SFTP_ENABLED: '0',
    // CDK's own providers call the SDK that AWS's runtime has built in.
    NODE_PATH: join(repository, 'node_modules'),
    TMPDIR: scratch,
    LOG_LEVEL: 'INFO',
    STATE_DIR: join(folder, 'state'),
    S3_DATA_DIR: join(folder, 's3'),
    PERSIST_STATE: persist ? '1' : '0',
    S3_PERSIST: persist ? '1' : '0',
  });

const ready = async (endpoint: string, child: ChildProcess): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error('It did not answer within 30 s.');
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const isGone = await Promise.race([gone.then(() => true), sleep(10_000, false, { ref: false })]);
  if (!isGone) child.kill('SIGKILL');
  await gone;
};
