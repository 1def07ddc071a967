import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openProgress } from '../../../lib/local/deploy/progress.ts';
import { choosePorts } from '../../../lib/local/ministack/ports.ts';
import { repository } from '../../../lib/process/environment.ts';
import { withLock } from '../../../lib/process/lock.ts';
import { CommandError, run } from '../../../lib/process/run.ts';

const node = (script: string, options: Partial<Parameters<typeof run>[0]> = {}) =>
  run({ command: process.execPath, args: ['-e', script], env: {}, ...options });

/** Starts an endless program, which does the same. Both hold the output: it ends with both. */
const stubborn = `
  require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  console.log('at work');
  setInterval(() => {}, 1000);
`;

describe('a child program', () => {
  test('returns its lines as they come, and all of them', async () => {
    const lines: string[] = [];
    expect(await node('console.log("a\\nb")', { onLine: (line) => lines.push(line) })).toBe('a\nb');
    expect(lines).toEqual(['a', 'b']);
  });

  test('fails with its last output, and logs all of it', async () => {
    const failing = node("for (let i = 0; i < 100; i++) console.log('line ' + i + '.'); process.exit(3)");
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ message: expect.stringMatching(/ended with 3\nline 60\.[\s\S]*line 99\.$/) });
    expect(error).toMatchObject({ output: expect.stringContaining('line 0.'), hasTimedOut: false });
  });

  test('is killed after its timeout, with its child processes', async () => {
    const error = await node(stubborn, { timeoutMs: 500 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ hasTimedOut: true, message: expect.stringContaining('did not end within 0.5 s') });
  });

  test('ends on abort, with its child processes', async () => {
    const controller = new AbortController();
    const onLine = () => controller.abort();
    await expect(node(stubborn, { signal: controller.signal, onLine })).rejects.toThrow('was interrupted');
  });

  test('is named if it is missing', async () => {
    await expect(run({ command: '/nowhere/python3', args: [], env: {} })).rejects.toThrow(/python3.*did not start/);
  });
});

/** The lines on a terminal after this output. It knows the sequences that log-update writes. */
const terminalAfter = (output: string): string[] => {
  const lines = [''];
  let row = 0;
  const print = (text: string) => {
    for (const [i, part] of text.split('\n').entries()) {
      if (i > 0) row += 1;
      lines[row] = (lines[row] ?? '') + part;
    }
  };
  const [first = '', ...sequences] = output.split('\u001B[');
  print(first);
  for (const sequence of sequences) {
    const [, kind = '', text = ''] = /^(2K|1A|G|\?2026[hl])(.*)$/s.exec(sequence) ?? [];
    expect(kind).not.toBe('');
    if (kind === '2K') lines[row] = '';
    if (kind === '1A') row -= 1;
    print(text);
  }
  return lines.slice(0, row + 1);
};

describe('the progress of a deployment', () => {
  const output = (isTTY: boolean, { silentMs = 0, hasEnded = false } = {}) => {
    let text = '';
    let now = 0;
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const progress = openProgress(Object.assign(stream, { isTTY, columns: 20 }), () => now);
    progress.heading('Deploying');
    for (const line of ['Tributary-App |  75 | CREATE_COMPLETE', 'Tributary-App: deploying... [2/2]', 'other']) {
      now += silentMs;
      progress.line(line);
    }
    if (hasEnded) progress.end();
    return text;
  };

  test('is its steps without a terminal', () => {
    expect(output(false)).toBe('\n== Deploying\nTributary-App: deploying... [2/2]\n');
  });

  test('is any line after a long silence', () => {
    expect(output(false, { silentMs: 6_000 })).toContain('CREATE_COMPLETE\n');
  });

  test('is a changing line on a terminal, and never too wide', () => {
    expect(output(true)).toContain('Tributary-App |  75…\n');
    expect(terminalAfter(output(true))).toEqual(['', '== Deploying', 'Tributary-App: deploying... [2/2]', 'other', '']);
  });

  test('leaves only its steps on the terminal', () => {
    expect(terminalAfter(output(true, { hasEnded: true }))).toEqual([
      '',
      '== Deploying',
      'Tributary-App: deploying... [2/2]',
      '',
    ]);
  });
});

describe('a lock', () => {
  const lockedBy = async (file: string) => {
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', holding, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    return holder;
  };
  const holding = `
    import { withLock } from ${JSON.stringify(join(repository, 'lib/process/lock.ts'))};
    await withLock(process.argv[1], () => new Promise((resolve) => {
      console.log('locked');
      setTimeout(resolve, 60_000);
    }));
  `;

  test('makes others wait until its holder is done or killed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tributary-lock-')), 'it.lock');
    const holder = await lockedBy(file);
    const order: string[] = [];
    const turns = ['first', 'second'].map((name) =>
      withLock(file, async () => {
        order.push(`${name} begins`);
        await sleep(300);
        order.push(`${name} ends`);
      }),
    );
    await sleep(500);
    expect(order).toEqual([]);
    holder.kill('SIGKILL');
    await Promise.all(turns);
    const [one] = order[0]?.split(' ') ?? [];
    const other = one === 'first' ? 'second' : 'first';
    expect(order).toEqual([`${one} begins`, `${one} ends`, `${other} begins`, `${other} ends`]);
  });

  test('gives up after the given time', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tributary-lock-')), 'it.lock');
    await lockedBy(file);
    const work = vi.fn(async () => {});
    await expect(withLock(file, work, AbortSignal.timeout(300))).rejects.toThrow();
    expect(work).not.toHaveBeenCalled();
  });

  test('is released if the work fails', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tributary-lock-')), 'it.lock');
    await expect(withLock(file, () => Promise.reject(new Error('It broke.')))).rejects.toThrow('It broke.');
    expect(await withLock(file, async () => 'done')).toBe('done');
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

  test('reports given ports that are in use, with the option to choose others', async () => {
    const port = await taken();
    const gone = `Port ${port} is taken by another program`;
    await expect(choosePorts({ port }, undefined)).rejects.toThrow(new RegExp(`${gone}.*--port`));
    await expect(choosePorts({ apiPort: port }, undefined)).rejects.toThrow(new RegExp(`${gone}.*--api-port`));
  });

  test('does not change the ports of a kept cloud, since its addresses are stored', async () => {
    const port = await taken();
    const kept = { awsEndpoint: `http://127.0.0.1:${port}`, apiUrl: 'http://127.0.0.1:8787' };
    await expect(choosePorts({}, kept)).rejects.toThrow(/delete \.local\/kept/);
    await expect(choosePorts({ port: port + 1 }, kept)).rejects.toThrow(`belongs to port ${port}`);
  });
});
