import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordOf } from '../../../../functions/domains/imports/csv/fields.ts';
import { fromCell, toCell } from '../../../../functions/domains/imports/csv/formulas.ts';
import { asCsv } from '../../../../functions/domains/privacy/access/table-file.ts';
import { startImports } from '../start-imports.ts';

/** Splits as Excel does a file with another separator: a quote counts only at the beginning of a field. */
const spreadsheetCells = (text: string, separator: string): string[] => {
  const cells: string[] = [];
  let at = 0;
  const isEnd = () => at >= text.length || text[at] === separator || text[at] === '\n' || text[at] === '\r';
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; at < text.length; at += 1) {
        if (text[at] === '"' && text[at + 1] !== '"') break;
        if (text[at] === '"') at += 1;
        cell += text[at];
      }
      at += 1;
    }
    for (; !isEnd(); at += 1) cell += text[at];
    at += 1;
    cells.push(cell);
  }
  return cells;
};

const formulasIn = (text: string): string[] =>
  [',', ';', '\t'].flatMap((separator) =>
    spreadsheetCells(text, separator).filter(
      (cell) => /^\0*[=+\-@＝＋－＠]/.test(cell) && !/^-\d+([.,]\d+)?$/.test(cell),
    ),
  );

const HOSTILE = ';=4+4;x\t=2+2\n"=1";"=3"';

test('Excel would find a formula in an unguarded cell', () => {
  expect(formulasIn(recordOf(['a', ';=4+4;'], ','))).toEqual(['=4+4']);
  expect(formulasIn(recordOf(['a', ';"=4+4"'], ',')).length).toBeGreaterThan(0);
});

const cell = fc.string({ unit: fc.constantFrom('=', '-', '@', ';', ',', '\t', '\n', '\r', '"', "'", '1', 'a', '\0') });

describe.each([',', ';', '\t', '|'])('in files separated by %j', (delimiter) => {
  test('no cell holds a formula, whatever character splits the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 4 }), async (values) => {
        const line = recordOf(['code', ...values.map((value) => toCell(value, delimiter))], delimiter);
        expect(formulasIn(line)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a cell is read as its value', async () => {
    await fc.assert(
      fc.asyncProperty(cell, async (value) => {
        expect(fromCell(toCell(value, delimiter), delimiter)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('the ZIP of an access request holds no formulas', async () => {
  async function* lines() {
    yield [JSON.stringify({ name: HOSTILE, properties: { [HOSTILE]: HOSTILE } })];
  }
  let text = '';
  for await (const part of asCsv(lines(), { columns: ['type', 'name', 'properties'] })) text += part;
  expect(text).toContain('4+4');
  expect(formulasIn(text)).toEqual([]);
});

test('a report of failed rows holds no formulas in cells or headers, and its upload has the original values', async () => {
  const app = await startImports();
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const header = 'a;=1';
  const foreign = "x;'=1";
  await app.drop(
    'profiles/f.csv',
    `External ID,Email,${quoted(header)},Other\n${quoted('id;=1')},nobody,${quoted(HOSTILE)},${quoted(foreign)}\n`,
  );
  const report = (await app.report('profiles/f.errors.csv')) ?? '';
  expect(report).toContain('4+4');
  expect(formulasIn(report)).toEqual([]);

  await app.drop('profiles/f.errors.csv', report.replace('nobody', 'bob@example.com'));
  expect((await app.profile('bob@example.com')).attributes).toMatchObject({
    external_id: 'id;=1',
    properties: { [header]: HOSTILE, Other: foreign },
  });
});

test('a quote within a cell of any other file belongs to its value', async () => {
  const app = await startImports();
  await app.drop('profiles/f.csv', `Email,Note\nbob@example.com,"x;'=1"\n`);
  expect((await app.profile('bob@example.com')).attributes.properties).toEqual({ Note: "x;'=1" });
});
