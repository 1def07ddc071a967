import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutParts, type Part } from '../../../../functions/domains/imports/csv/cut.ts';
import { readRecords } from '../../../../functions/domains/imports/csv/read.ts';
import { passRecords, recordEnd } from '../../../../functions/domains/imports/csv/records.ts';
import { processedIn } from '../../../../functions/domains/imports/jobs/chunk.ts';

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const cut = async (
  text: string,
  options: { chunkBytes: number; pieceBytes?: number; headBytes?: number; groupOf?: (t: string) => string },
) => {
  const { pieceBytes = 1_000, ...rest } = options;
  const parts: Part[] = [];
  const bytes = Buffer.from(text);
  const cutting = { offset: 0, row: 1, delimiter: ',', ...rest };
  for await (const part of cutParts(piecesOf(bytes, pieceBytes), cutting)) parts.push(part);
  return parts;
};

const recordsIn = async (text: string, { from, to }: { from: number; to: number }) => {
  const bytes = Buffer.from(text);
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  const found: string[] = [];
  for await (const some of readRecords(read, { from, to, delimiter: ',' }))
    found.push(...some.map(({ text: one, isBroken }) => `${isBroken}${one}`));
  return found;
};

const soup = fc
  .array(fc.constantFrom('a', 'b,', '"', '""', '"x\ny"', '\n', '\r\n', '\r', ',', ',"', '",', 'ä', '\n"'), {
    maxLength: 80,
  })
  .map((all) => all.join(''));

/** Fields that are sound and hold line ends, and fields that break their record. */
const records = fc
  .array(fc.constantFrom('"\r\ra",', '"x\ny",', '"a"b', 'a', ',', '"', '\r', '\n', '\r\n'), { maxLength: 20 })
  .map((all) => all.join(''));

test('parts of any size, read in pieces of any size, hold the records of the whole and count them', async () => {
  await fc.assert(
    fc.asyncProperty(
      soup,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      async (text, chunkBytes, pieceBytes, headBytes) => {
        const parts = await cut(text, { chunkBytes, pieceBytes, headBytes });
        expect(parts).toEqual(await cut(text, { chunkBytes, pieceBytes: 10_000 }));

        const whole = await recordsIn(text, { from: 0, to: Buffer.byteLength(text) });
        const inParts: string[] = [];
        let { from, before } = { from: 0, before: 1 };
        for (const part of parts) {
          expect(part).toMatchObject({ from, before });
          const records = await recordsIn(text, part);
          expect(part.last - part.before).toBe(records.length);
          inParts.push(...records);
          from = part.to;
          before = part.last;
        }
        expect(from).toBe(Buffer.byteLength(text));
        expect(inParts).toEqual(whole);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('passing over whole records ends where reading one after another does', () => {
  fc.assert(
    fc.property(records, fc.boolean(), fc.nat({ max: 80 }), (text, isLast, until) => {
      const bytes = Buffer.from(text);
      const within = { delimiter: ','.charCodeAt(0), isLast };
      let at = 0;
      let count = 0;
      for (let next = recordEnd(bytes, at, within); next && at < until; next = recordEnd(bytes, at, within)) {
        at = next.end;
        count += 1;
      }
      expect(passRecords(bytes, 0, { ...within, until })).toEqual({ at, records: count });
    }),
    { numRuns: 20_000 },
  );
});

test('lines of one group stay in one part', async () => {
  const text = Array.from({ length: 60 }, (_, i) => `${Math.floor(i / 7)},${i}\n`).join('');
  const groupOf = (record: string) => record.split(',')[0] ?? '';

  const parts = await cut(text, { chunkBytes: 25, groupOf, pieceBytes: 3 });

  expect(parts.length).toBeGreaterThan(3);
  const groups = await Promise.all(parts.map(async (part) => new Set((await recordsIn(text, part)).map(groupOf))));
  expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(9);
});

test('a row is processed once its chunk is', () => {
  const isProcessed = processedIn([
    { before: 10, row: 12 },
    { before: 1, row: 10 },
    { before: 20, row: 20 },
  ]);

  expect([2, 10, 12, 13, 20, 21].map(isProcessed)).toEqual([true, true, true, false, false, false]);
});
