import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';
import { zipOf } from '../zip-file.ts';

const rows = Array.from({ length: 30 }, (_, i) => `p${i}@example.com,Zoë ${i},${i},Subscribed,2025-05-01 10:00\n`);
const people = `Email,First Name,Size,Email Marketing Consent,Email Marketing Consent Timestamp\n${rows.join('')}=nobody,@SUM(A1),-1+1,,\n`;
const events = `Email,Timestamp,$event_id,Note\n${Array.from({ length: 30 }, (_, i) => `p${i}@example.com,2025-05-01 10:00,${i % 3 ? `e${i}` : ''},Straße ${i}\n`).join('')}nobody,never,x,+1\n`;
const utf16 = (text: string): Buffer => Buffer.from(`\u{FEFF}${text}`, 'utf16le');

const packings = [
  ['file.csv', (text: string) => Buffer.from(text)],
  ['file.csv.gz', (text: string) => gzipSync(text)],
  ['file.zip', (text: string) => zipOf([{ name: 'file.csv', text }])],
  ['file.csv', utf16],
  ['file.csv.gz', (text: string) => gzipSync(utf16(text))],
] as const;
const cases = packings.flatMap(([name, pack]) => [
  { name, pack, kind: 'profiles', text: people, again: { unchanged_count: 30 } },
  { name, pack, kind: 'events', text: events, again: { duplicate_count: 30 } },
]);

test.each(cases)(
  '$kind in $name, imported again, change nothing, and only their failed rows are in the report',
  async (one) => {
    const { name, pack, kind, text, again } = one;
    const app = await startImports();
    const key = `${kind}/${name}`;
    const report = `${kind}/file.errors.csv`;

    const first = await app.drop(key, pack(text));
    expect(first.attributes).toMatchObject({ status: 'complete', total_count: 31, created_count: 30, failed_count: 1 });
    const failed = await app.report(report);
    // Two lines, with no cell that a spreadsheet would run.
    expect(failed?.trim().split('\r\n')).toHaveLength(2);
    expect(failed?.slice(1)).not.toMatch(/(^|,)"?[=+@]/m);
    const stored = await app.get(`/api/${kind}?page[size]=100`);

    app.at('2026-03-01T00:00:00Z');
    app.requests.length = 0;
    const second = await app.drop(key, pack(text));
    expect(second.attributes).toMatchObject({ total_count: 31, created_count: 0, updated_count: 0, ...again });
    // The cost of a file by itself, and nothing for a row.
    if (kind === 'profiles')
      expect(app.requests.filter((request) => /^(Put|Update|Delete|Transact)/.test(request)).length).toBeLessThan(20);
    expect((await app.get(`/api/${kind}?page[size]=100`)).body).toEqual(stored.body);

    app.at('2026-03-02T00:00:00Z');
    const mended = (failed ?? '')
      .replace("'=nobody", 'eve@example.com')
      .replace('nobody,never', 'eve@example.com,2025-05-02');
    const third = await app.drop(report, mended);
    expect(third.attributes).toMatchObject({ total_count: 1, created_count: 1, failed_count: 0 });
    expect(third.attributes.retries_job_id).toBe(second.id);
    expect((await app.job(key)).attributes.retried_by_job_id).toBe(third.id);
  },
);
