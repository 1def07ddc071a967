import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { chunksOf } from '../../../../functions/domains/imports/jobs/listing.ts';
import type { Services } from '../../../../functions/platform/resources/services.ts';
import type { Files } from '../../../../functions/platform/storage/files.ts';
import { sized } from '../../../support/size.ts';
import { startImports } from '../start-imports.ts';
import { zipOf } from '../zip-file.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const mark = '\u{FEFF}';
const pace = { chunkBytes: 100, lanes: 3 };

/** Letters of one to four bytes, rows of several lines, and some that fail; the lone half of a letter is no text. */
const peopleWith = (letters: readonly string[]): string =>
  `Email;Größe;Notiz\r\n${Array.from({ length: sized({ full: 100, reduced: 50 }) }, (_, i) =>
    i % 23 === 5
      ? `keine ${i};x;\r\n`
      : `p${i % 70}@example.com;${i % 7};"a\r\nü ""${letters[i % letters.length]}"""\r\n`,
  ).join('')}`;
const wide = peopleWith(['ß', '€', '💥', 'ж💥', '\u{D83D}', `${mark}x`]);
const narrow = peopleWith(['ß', '\u0080', '\u0096', 'ÿþ', '']);
/** Lines of one order may not be cut apart. */
const orders = `Email;Timestamp;Order;Größe\n${Array.from({ length: 170 }, (_, i) => `p@example.com;2026-01-01;o${Math.floor(i / 3)};${i}\n`).join('')}`;

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

const files = [
  ['UTF-16 that ends within a letter', 'profiles/x.csv', utf16(mark + wide).subarray(0, -1)],
  ['UTF-16, big end first, without a mark', 'profiles/x.csv', utf16(wide).swap16()],
  ['UTF-16 with orders', 'events/x.csv', utf16(mark + orders)],
  ['Windows-1252', 'profiles/x.csv', Buffer.from(narrow, 'latin1')],
  ['UTF-8', 'profiles/x.csv', Buffer.from(mark + wide)],
  ['gzip of UTF-16', 'profiles/x.csv.gz', gzipSync(utf16(mark + wide))],
  ['ZIP of Windows-1252', 'profiles/x.zip', zipOf([{ name: 'x.csv', text: Buffer.from(narrow, 'latin1') }])],
] as const;

/** Makes the job, and returns the message that plans it. */
const begin = async (app: App, key: string, body: Buffer): Promise<string> => {
  await app.put('events/x.mapping.json', '{"group_by":"Order","items":["Größe"]}');
  await app.put(key, body);
  await app.deliver(await app.notice(key));
  return (await app.receive())[0] ?? '';
};

/** The result of a file: its chunks, and the outcome of its rows. */
const outcome = async (app: App, key: string, bytesOf: ReadonlyMap<string, string>) => {
  const { id } = await app.job(key);
  const cut = (await chunksOf({ account: app.account, id }, app.services)).map(
    ({ number, from, to, before, counts }) => ({
      number,
      from,
      to,
      before,
      counts,
    }),
  );
  return { job: await app.untimed(key), report: await app.report(key.replace(/\..*/, '.errors.csv')), cut, bytesOf };
};

/** Notes the files that are written to work/, and their names in the order of the writes. */
const watching = (given: Files, noted: { readonly bytesOf: Map<string, string>; readonly names: string[] }): Files => ({
  ...given,
  write: async (key, body, ...rest) => {
    const [, name] = /^work\/.*\/(\d+\.csv)$/.exec(key) ?? [];
    if (name !== undefined) {
      noted.bytesOf.set(name, body.toString());
      noted.names.push(name);
    }
    await given.write(key, body, ...rest);
  },
});

/** Lets runs of a planner do some of their work, one after another; the rest is done undisturbed. */
const disturbed = async (
  [key, body]: readonly [string, Buffer],
  deliver: (app: App, message: string, watch: (services: Services) => Services) => Promise<readonly string[]>,
) => {
  const app = await startImports(pace);
  const bytesOf = new Map<string, string>();
  const names: string[] = [];
  let runs = 0;
  let open: readonly string[] = [await begin(app, key, body)];
  for (; open.length === 1 && (await app.job(key)).attributes.status !== 'complete'; runs++) {
    const watch = (services: Services) => ({ ...services, imports: () => watching(app.files, { bytesOf, names }) });
    open = await deliver(app, open[0] ?? '', watch);
    if (runs > 100) throw new Error('It comes to no end.');
  }
  for (const message of open) await app.deliver(message);
  await app.drain();
  return { runs, names, found: await outcome(app, key, bytesOf) };
};

test.each(files)(
  'a planner of %s cuts the same though its time ends again and again, or it is killed',
  async (_, key, body) => {
    const calm = await disturbed([key, body], async (app, message, watch) => {
      await app.deliver(message, undefined, watch);
      return app.receive();
    });
    expect(calm.found.job).toMatchObject({ status: 'complete', error: null });
    expect(calm.found.cut.length).toBeGreaterThan(sized({ full: 25, reduced: 12 }));

    const late = await disturbed([key, body], async (app, message, watch) => {
      let calls = 0;
      await app.deliver(message, () => (calls++ < 4 ? 900_000 : 1_000), watch);
      return app.receive();
    });
    expect(late.runs).toBeGreaterThan(5);
    // Nothing is written twice.
    expect(late.names).toEqual([...new Set(late.names)]);
    expect(late.found).toEqual(calm.found);

    let turn = 0;
    const killed = await disturbed([key, body], async (app, message, watch) => {
      let writes = 0;
      turn += 1;
      const { batchItemFailures } = await app.deliver(message, undefined, (services) => {
        const { table } = services;
        const write: typeof table.write = async (given) => {
          writes += 1;
          const isLast = turn < 6 && writes === 12 + turn;
          if (isLast && turn % 2 === 0) throw new Error('killed');
          const done = await table.write(given);
          if (isLast) throw new Error('killed');
          return done;
        };
        return watch({ ...services, table: { ...table, write } });
      });
      app.advance(1_000_000);
      return batchItemFailures.length > 0 ? [message] : app.receive();
    });
    expect(killed.runs).toBeGreaterThan(3);
    // What lies before a checkpoint is not written again.
    expect(killed.names.filter((name) => name === '000000.csv')).toHaveLength(calm.names.length === 0 ? 0 : 1);
    expect(killed.found).toEqual(calm.found);
  },
);
