import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { choosePorts } from '../../lib/local/ports.ts';
import { openProgress } from '../../lib/local/progress.ts';
import { CommandError, run } from '../../lib/local/run.ts';

const node = (script: string, options: Partial<Parameters<typeof run>[0]> = {}) =>
  run({ command: process.execPath, args: ['-e', script], env: {}, ...options });

/** Starts a program that would go on for ever, as it does itself. Both hold the output: it is over when both are. */
const stubborn = `
  require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  console.log('at work');
  setInterval(() => {}, 1000);
`;

describe('a program that is run', () => {
  test('tells its lines as they come, and gives them all', async () => {
    const lines: string[] = [];
    expect(await node('console.log("a\\nb")', { onLine: (line) => lines.push(line) })).toBe('a\nb');
    expect(lines).toEqual(['a', 'b']);
  });

  test('fails with what it said last, and with all of it for the log', async () => {
    const failing = node("for (let i = 0; i < 100; i++) console.log('line ' + i + '.'); process.exit(3)");
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ message: expect.stringMatching(/ended with 3\nline 60\.[\s\S]*line 99\.$/) });
    expect(error).toMatchObject({ output: expect.stringContaining('line 0.'), hasTimedOut: false });
  });

  test('is given up after its time, with what it started', async () => {
    const error = await node(stubborn, { timeoutMs: 500 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ hasTimedOut: true, message: expect.stringContaining('did not end within 0.5 s') });
  });

  test('ends when it is told to, with what it started', async () => {
    const told = new AbortController();
    const onLine = () => told.abort();
    await expect(node(stubborn, { signal: told.signal, onLine })).rejects.toThrow('was told to end');
  });

  test('that is not there is named', async () => {
    await expect(run({ command: '/nowhere/python3', args: [], env: {} })).rejects.toThrow(/python3.*did not start/);
  });
});

describe('the progress of a deployment', () => {
  const shown = (isTTY: boolean, silentMs = 0) => {
    let text = '';
    let now = 0;
    const write = (more: string) => {
      text += more;
    };
    const progress = openProgress({ isTTY, columns: 20, write }, () => now);
    progress.heading('Deploying');
    for (const line of ['Tributary-App |  75 | CREATE_COMPLETE', 'Tributary-App: deploying... [2/2]', 'other']) {
      now += silentMs;
      progress.line(line);
    }
    return text;
  };

  test('is its steps, where nobody watches', () => {
    expect(shown(false)).toBe('\n== Deploying\nTributary-App: deploying... [2/2]\n');
  });

  test('is any line after a long silence', () => {
    expect(shown(false, 6_000)).toContain('CREATE_COMPLETE\n');
  });

  test('is a line that changes on a terminal, and is never wider', () => {
    const clear = '\r\u001B[K';
    expect(shown(true)).toBe(
      `${clear}\n== Deploying\n${clear}Tributary-App |  75${clear}Tributary-App: deploying... [2/2]\n${clear}other`,
    );
  });
});

describe('ports', () => {
  const taken = async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  };

  test('that were asked for and are taken are named, with the option that chooses others', async () => {
    const port = await taken();
    const gone = `Port ${port} is taken by another program`;
    await expect(choosePorts({ port }, undefined)).rejects.toThrow(new RegExp(`${gone}.*--port`));
    await expect(choosePorts({ apiPort: port }, undefined)).rejects.toThrow(new RegExp(`${gone}.*--api-port`));
  });

  test('of what was kept are not exchanged, since its addresses are stored', async () => {
    const port = await taken();
    const kept = { awsEndpoint: `http://127.0.0.1:${port}`, apiUrl: 'http://127.0.0.1:8787' };
    await expect(choosePorts({}, kept)).rejects.toThrow(/delete \.local\/kept/);
    await expect(choosePorts({ port: port + 1 }, kept)).rejects.toThrow(`belongs to port ${port}`);
  });
});
