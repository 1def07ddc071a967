import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../functions/platform/errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (.+?) \| .+ \|$/gm)].map(([, code, status, title]) => [
  code,
  { status: Number(status), title },
]);

test('docs/errors.md describes every code as the code does', () => {
  expect(Object.fromEntries(documented)).toEqual(errorCodes);
});
