import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordOf } from '../../../../functions/domains/imports/csv/fields.ts';
import { startImports } from '../start-imports.ts';

const header = fc.constantFrom(
  'Email',
  'email',
  ' E-mail ',
  'Phone',
  'First Name',
  'Colour',
  '',
  'Timestamp',
  '$value',
  'ü',
);
const cell = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('ada@example.com', 'bob@example.com', '2026-01-01', '1.5', '', ' ', '+4930123456'),
  },
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '\0',
    'a\0b',
    "'=1+1",
    '"',
    '""',
    ',',
    ';\t|',
    '\r\n',
    '\r',
    '[1,2',
    'x'.repeat(110_000),
    '\u{FFFD}',
    '💥',
  ),
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** Rows whose quotes match, so that their number is known. */
const sound = fc.record({
  kind: fc.constantFrom('profiles' as const, 'events' as const),
  headers: fc.array(header, { minLength: 1, maxLength: 5 }).map((more) => ['Email', 'Timestamp', ...more]),
  rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 7 }), { maxLength: 5 }),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  mark: fc.constantFrom('', '\u{FEFF}'),
});

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some)),
  fc
    .tuple(fc.array(fc.oneof(cell, fc.constantFrom(',', '"', '""', '\n', '\r\n', '\0')), { maxLength: 30 }), lineEnd)
    .map(([parts, end]) => Buffer.from(`Email,Timestamp,$value${end}${parts.join('')}`)),
  fc
    .constantFrom('utf16le' as const, 'latin1' as const)
    .map((encoding) => Buffer.from('Email;Größe\nada@example.com;ü\n', encoding)),
  fc
    .constantFrom(
      '',
      '\u{FEFF}',
      '\n',
      '"',
      'Email',
      'Email\n',
      'Email,Email\na@b.co,c@d.co\n',
      '\0\0\0\0',
      `Email\n"${'x'.repeat(700_000)}`,
    )
    .map((text) => Buffer.from(text)),
);

type App = Awaited<ReturnType<typeof startImports>>;

/** What every import comes to: an end, counts that add up, and a reason for each failed row. */
const imported = async (app: App, key: string, body: Buffer) => {
  app.lines.length = 0;
  await app.put(key, body);
  await app.deliver(await app.notice(key));
  await app.drain();
  expect(app.lines.filter((line) => line.includes('message failed'))).toEqual([]);
  const { body: listed } = await app.get('/api/import-jobs?page[size]=100');
  const { id, attributes: job } = listed.data.find(
    (one: { attributes: { key: string } }) => one.attributes.key === key,
  );
  expect(['complete', 'failed']).toContain(job.status);
  if (job.status === 'failed') expect(job.error.length).toBeGreaterThan(10);
  expect(job.total_count).toBe(
    job.created_count + job.updated_count + job.unchanged_count + job.duplicate_count + job.failed_count,
  );
  const failed = await app.get(`/api/import-jobs/${id}/errors?page[size]=100`);
  const reasons = failed.body.data;
  expect(reasons).toHaveLength(job.failed_count);
  for (const { attributes } of reasons) expect(JSON.stringify(attributes)).toMatch(/"code":"\w+"/);
  return job;
};

const isBlank = (cell: string): boolean => /^[\s\0]*$/.test(cell);

test('each row of a file whose quotes match has an outcome, whatever its cells are', { timeout: 240_000 }, async () => {
  const app = await startImports();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(sound, async ({ kind, headers, rows, delimiter, mark }) => {
      const text = mark + [headers, ...rows].map((cells) => recordOf(cells, delimiter)).join('');
      const job = await imported(app, `${kind}/f${files++}.csv`, Buffer.from(text));
      const names = headers.map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
      if (new Set(names).size < names.length) expect(job.status).toBe('failed');
      const filled = rows.filter((cells) => cells.some((cell) => !isBlank(cell)));
      if (job.status === 'complete') expect(job.total_count).toBe(filled.length);
    }),
    { numRuns: 12 },
  );
});

test('no file breaks the import, and none is skipped in silence', { timeout: 240_000 }, async () => {
  const app = await startImports();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('profiles', 'events'), bytes, async (kind, body) => {
      const job = await imported(app, `${kind}/f${files++}.csv`, body);
      // Lines after the header may hold only separators.
      const [, ...lines] = body
        .toString()
        .trim()
        .split(/[\n\r]+/);
      if (job.status === 'complete' && job.total_count === 0)
        expect(lines.filter((line) => !/^[\s\0,;|"]*$/.test(line))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
