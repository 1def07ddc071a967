import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { transformSync } from 'esbuild';
import * as v from 'valibot';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Modules that open connections, and to where. Only clients whose addresses are checked take them from a caller. */
const known: Readonly<Record<string, string>> = {
  'functions/platform/table/client/transport/http.ts': "DynamoDB's endpoint, by region",
  'functions/platform/table/client/transport/pool.ts': 'the same, for many requests',
  'functions/platform/table/client/document-client.ts': 'the same, by the SDK',
  'functions/platform/table/client/signing/container-credentials.ts':
    "Lambda's own address of credentials, from its environment",
  'functions/platform/storage/bucket.ts': 'S3, by the name of our bucket',
  'functions/platform/storage/head.ts': 'the same',
  'functions/platform/storage/reads.ts': 'the same',
  'functions/platform/storage/signed-urls.ts': 'the same',
  'functions/platform/storage/versions.ts': 'the same',
  'functions/platform/storage/writes.ts': 'the same',
  'functions/platform/storage/multipart-copy.ts': 'the same',
  'functions/platform/storage/multipart-upload.ts': 'the same',
  'functions/platform/queues/sqs.ts': 'SQS, by the URL of our queue',
  'functions/platform/queues/sqs-batch.ts': 'the same',
  'functions/platform/schedule/scheduler.ts': 'EventBridge Scheduler, by region',
  'functions/platform/bus/event-bridge.ts': 'EventBridge, by region',
  'functions/platform/mail/ses.ts': 'SES, by region',
  'functions/platform/secrets/ssm.ts': 'Parameter Store, by region',
  'functions/platform/fetch/client.ts': 'hosts that others name: on the internet alone, at addresses that are checked',
  'functions/platform/fetch/sftp/connection.ts': 'the same, for SFTP',
  'functions/platform/fetch/checked-lookup.ts': 'nothing: it resolves names, and checks their addresses',
  'functions/domains/accounts/keys/rules.ts': 'nothing: it compares addresses with networks',
  'functions/platform/mail/domains.ts': 'DNS servers of the machine: questions on domains, no connection to them',
};

const NETWORK =
  /^node:(?:https?|http2|net|tls|dgram|dns)(?:\/promises)?$|^(?:undici|ssh2)(?:\/|$)|^@aws-sdk\/|^@smithy\//;
const GLOBALS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

const Node = v.looseObject({ type: v.string() });
/** Of an import, of `require` or of `getBuiltinModule`. */
const Text = v.looseObject({ type: v.literal('Literal'), value: v.string() });
const Identifier = v.looseObject({ type: v.literal('Identifier'), name: v.string() });

const Member = v.looseObject({
  type: v.picklist(['MemberExpression', 'Property']),
  computed: v.literal(false),
  object: v.optional(v.looseObject({ name: v.optional(v.string()) })),
});

/** An identifier that is a member: no global, unless it belongs to `globalThis`. */
const isOfServices = (value: unknown): boolean => {
  const member = v.safeParse(Member, value);
  return member.success && !/^global(This)?$/.test(member.output.object?.name ?? '');
};
const omitNames = ({ property: _, key: __, ...rest }: Readonly<Record<string, unknown>>) => rest;

/** Modules and globals of a source that reach the network; types are stripped by then. */
const reachesIn = (text: string): readonly string[] => {
  if (!/node:|undici|ssh2|@aws-sdk|@smithy|fetch|WebSocket|EventSource|XMLHttpRequest/.test(text)) return [];
  const { code } = transformSync(text, { loader: 'ts' });
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    const node = v.safeParse(Node, value);
    if (!node.success) return;
    const named = v.safeParse(Text, value);
    if (named.success && NETWORK.test(named.output.value)) found.push(named.output.value);
    const identifier = v.safeParse(Identifier, value);
    if (identifier.success && GLOBALS.includes(identifier.output.name)) found.push(identifier.output.name);
    Object.values(isOfServices(value) ? omitNames(node.output) : node.output).forEach(walk);
  };
  walk(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
  return found;
};

test("only these files of the functions open connections, and only the checking clients to a caller's address", () => {
  const sources = globSync('functions/**/*.ts', { cwd: root }).filter(
    // Scripts of the browser run in no function.
    (path) => !path.endsWith('.d.ts') && !path.startsWith('functions/browser/'),
  );
  expect(sources.length).toBeGreaterThan(200);
  const reaching = sources.filter((path) => reachesIn(readFileSync(join(root, path), 'utf8')).length > 0);
  expect(reaching.toSorted()).toEqual(Object.keys(known).toSorted());
});

test.each([
  ["import { get } from 'node:https'; get(url);", ['node:https']],
  ["const { request } = await import('undici'); request(url);", ['undici']],
  ['export const load = (url: string) => fetch(url);', ['fetch']],
  ["const { Resolver } = process.getBuiltinModule('node:dns').promises; new Resolver();", ['node:dns']],
  ['const { fetch } = globalThis; globalThis.fetch(url);', ['fetch', 'fetch']],
  ['const answer = await services.fetch()(url); const all = { fetch: outgoing };', []],
  ["import type { Agent } from 'node:http'; export const x: Agent | undefined = undefined;", []],
])('%s reaches %j', (text, expected) => {
  expect(reachesIn(text)).toEqual(expected);
});
