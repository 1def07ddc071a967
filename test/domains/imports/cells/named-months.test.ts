import { expect, test } from 'vitest';
import { toDate } from '../../../../functions/domains/imports/cells/dates.ts';
import { monthNamed } from '../../../../functions/domains/imports/cells/named-months.ts';

const iso = (text: string): unknown => {
  const date = toDate(text);
  return date instanceof Date ? date.toISOString().replace('.000Z', 'Z') : date;
};

test.each([
  ['5 May 2026', '2026-05-05T00:00:00Z'],
  ['May 5, 2026', '2026-05-05T00:00:00Z'],
  ['May 5th, 2026 at 3:07 PM', '2026-05-05T15:07:00Z'],
  ['05-May-26', '2026-05-05T00:00:00Z'],
  ['Fri, 01 May 2026 10:00:00 +0200', '2026-05-01T08:00:00Z'],
  ['5. Mai 2026', '2026-05-05T00:00:00Z'],
  ['5. März 2026 14:30', '2026-03-05T14:30:00Z'],
  ['5. Maerz 2026', undefined],
  ['1er février 2026', '2026-02-01T00:00:00Z'],
  ['5 août 2026', '2026-08-05T00:00:00Z'],
  ['5 de mayo de 2026', '2026-05-05T00:00:00Z'],
  ['5 set 2026', '2026-09-05T00:00:00Z'],
  ['5 mei 2026', '2026-05-05T00:00:00Z'],
  ['5 de março de 2026', '2026-03-05T00:00:00Z'],
  ['5 stycznia 2026', '2026-01-05T00:00:00Z'],
  ['31 Sept. 2026', undefined],
  ['5 Smarch 2026', undefined],
  ['May 2026', undefined],
])('%s is %s', (text, expected) => {
  expect(iso(text)).toBe(expected);
});

test('no name matches two months', () => {
  const names = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl'].flatMap((language) =>
    (['long', 'short'] as const).flatMap((month) =>
      Array.from({ length: 12 }, (_, i) => {
        const format = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' });
        return [format.format(Date.UTC(2026, i, 1)), i + 1] as const;
      }),
    ),
  );
  for (const [name, number] of names) expect([name, monthNamed(name)]).toEqual([name, number]);
});
