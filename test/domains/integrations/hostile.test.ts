import { expect, test } from 'vitest';
import type { SourceName } from '../../../functions/domains/integrations/source/names.ts';
import { sources } from '../../../functions/domains/integrations/sources/sources.ts';
import { startHooks } from './start.ts';

const names = Object.values(sources).map(({ name }) => name);

const generic = {
  signature: { kind: 'hmac', header: 'X-Till-Signature', prefix: 'v0=' },
  topic_header: 'X-Till-Topic',
  delivery_header: 'X-Till-Delivery',
  mapping: '{ "events": { "metric": "Placed Order", "id": ticket, "email": mail } }',
};

const start = (source: SourceName) => startHooks(source, source === 'generic' ? { generic } : {});

const atSize = (bytes: number): string => {
  const empty = JSON.stringify({ id: 1, note: '' });
  return JSON.stringify({ id: 1, note: 'x'.repeat(bytes - empty.length) });
};

/** Properly signed. */
const bodies = [
  '',
  '[{"id":1}]',
  'null',
  '"order"',
  '<xml/>',
  '{}',
  atSize(1_048_576),
  '['.repeat(50_000) + ']'.repeat(50_000),
  '{"a":'.repeat(50_000) + '1'.padEnd(50_001, '}'),
  '{"__proto__":{"id":1},"constructor":1,"type":"__proto__","scope":"constructor"}',
];

/** A topic of the first vendor, none, one that every object has, and one of five kilobytes. */
const topics = ['orders/create', '', 'constructor', 'x'.repeat(5_000)];

test.each(names)('%s: what no vendor sends is answered, and kept with its reason', async (source) => {
  const app = await start(source);
  let sent = 0;
  for (const topic of topics)
    for (const text of bodies) {
      expect((await app.deliver(topic, text)).status).toBe(200);
      sent += 1;
      const kept = await app.rejected();
      expect(kept).toHaveLength(sent);
      // Beyond sixty in a minute, they are counted only.
      app.at(new Date(app.services.now().getTime() + 10_000).toISOString());
    }
  for (const { code, reasons } of await app.rejected()) {
    expect(['invalid', 'unknown_topic']).toContain(code);
    expect(reasons[0]?.detail).toMatch(/./);
  }
});

test.each(names)('%s: a delivery id with another body is another delivery', async (source) => {
  const app = await start(source);
  for (const [text, count] of [
    ['{"a":1}', 1],
    ['{"a":2}', 2],
  ] as const) {
    expect((await app.deliver('unknown', text, { id: 'same' })).status).toBe(200);
    expect(await app.rejected()).toHaveLength(count);
  }
});
