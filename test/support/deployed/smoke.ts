import { mkdtempSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import type { Report } from '../../../lib/smoke/report.ts';
import type { Result } from '../../../lib/smoke/session/check.ts';
import { type SmokeOptions, smoke } from '../../../lib/smoke/smoke.ts';
import { openProxy } from '../servers/proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-smoke-'));

/** A stack file that leads to the deployed stack, or to what stands before it. */
export const stackFileOf = (changed: { readonly apiUrl?: string; readonly awsEndpoint?: string } = {}): string => {
  const file = join(folder, `stack-${crypto.randomUUID()}.json`);
  writeFileSync(file, JSON.stringify({ ...inject('stack'), ...changed }));
  return file;
};

export const newStateFile = (): string => join(folder, `state-${crypto.randomUUID()}.json`);

/** A smoke test in this process, with few people. Results by the names of the checks. */
export const runSmoke = async (options: Partial<SmokeOptions>) => {
  const results: Result[] = [];
  const notes: string[] = [];
  const report: Report = {
    progress: () => {},
    begin: () => {},
    end: (result) => void results.push(result),
    note: (text) => void notes.push(text),
    summary: () => {},
  };
  const isFine = await smoke(
    {
      ...{ files: 2, people: 20, patience: 1, resume: false, remove: false, only: [], skip: [] },
      ...{ stackFile: stackFileOf(), stateFile: newStateFile() },
      ...options,
    },
    report,
  );
  const of = (name: string): Result => {
    const found = results.find(({ check }) => check === name);
    if (!found) throw new Error(`${name} has no result.`);
    return found;
  };
  return { isFine, of, notes: notes.join('\n') };
};

/** Every failure says what was seen, and what to do. */
export const expectFailed = ({ outcome, detail, advice }: Result, says: RegExp): void => {
  expect([outcome, detail]).toEqual(['failed', expect.stringMatching(says)]);
  expect(advice).toMatch(/\w{3}/);
};

export interface Broken {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Stands before the API and answers some requests otherwise: by itself, or by changing what the API has answered. */
export const openBroken = (
  breaks: (method: string, path: string, answer: () => Promise<Response>) => Promise<Broken | undefined>,
) =>
  openProxy(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const body = await bodyOf(request);
    const pass = async () =>
      fetch(`${inject('stack').apiUrl}${url}`, {
        method,
        headers: forwarded(request),
        ...(body.length > 0 && { body }),
        redirect: 'manual',
      });
    const broken = await breaks(method, url, pass);
    if (broken) {
      const { status = 200, headers = {}, body: text = '' } = broken;
      response
        .writeHead(status, { ...headers, 'content-type': headers['content-type'] ?? 'application/json' })
        .end(text);
      return;
    }
    const answer = await pass();
    response.writeHead(answer.status, headersOf(answer)).end(Buffer.from(await answer.arrayBuffer()));
  });

/** What belongs to a connection, or to a body as it was packed, is not passed on. */
const OWN = /^(connection|host|content-length|content-encoding|transfer-encoding|keep-alive|expect)$/;

const forwarded = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      OWN.test(name) || typeof value !== 'string' ? [] : [[name, value] as const],
    ),
  );

export const headersOf = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !OWN.test(name)));

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
};
