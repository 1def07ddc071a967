import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteCodes, rowCodes } from '../../functions/domains/imports/outcomes/row-codes.ts';

test('every row code is documented', () => {
  const documentation = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  expect([...rowCodes, ...noteCodes].filter((code) => !documentation.includes(`\`${code}\``))).toEqual([]);
});
