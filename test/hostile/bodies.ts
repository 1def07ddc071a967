import { gzipSync } from 'node:zlib';
import type * as v from 'valibot';
import { MAX_CONTAINERS } from '../../functions/platform/http/body/nesting.ts';
import { isFullSize } from '../support/size.ts';
import { bodyWith, nodeOf, type Place, placesIn, sampleOf } from './places.ts';

export interface Body {
  readonly name: string;
  readonly text: string;
  readonly type: string;
}

const JSON_TYPE = 'application/json';
const HOLE = '@hole@';

/** As many repetitions as fit into this number of bytes. */
const filled = (bytes: number, unit: string): string =>
  unit.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(unit))));
const listed = (bytes: number, element: string): string => `[${filled(bytes, `${element},`)}${element}]`;

/** JSON of values that are costlier than they look, each of about this number of bytes. */
const texts = (bytes: number): Readonly<Record<string, string>> => {
  const quoted = (unit: string, before = '', after = '') => `"${before}${filled(bytes, unit)}${after}"`;
  return {
    'line breaks': quoted('\\n', '', 'a'),
    blanks: quoted(' ', 'a', 'a'),
    tabs: quoted('\\t', '', 'a'),
    quotes: quoted('\\"'),
    escapes: quoted('\\u0000'),
    backslashes: quoted('\\\\'),
    'combining marks': quoted('\u0301\u0316', 'a'),
    'half surrogates': quoted('\\ud83d'),
    'an address of dots': quoted('a.', 'a@', '!'),
    'dots before the at': quoted('a.', '', '@'),
    'at signs': quoted('@a'),
    digits: quoted('1', '+', 'x'),
    zeros: quoted('0', '-', 'x'),
    'a time without end': quoted('0', '2026-01-01T00:00:00.'),
    commas: quoted(','),
    parentheses: quoted('(', 'and', ''),
    'word characters': quoted('a-_', 'C', '!'),
    placeholders: quoted('{shop}$&'),
    'wide letters': quoted('\uff21'),
  };
};

const arrays = (bytes: number, item: unknown): Readonly<Record<string, string>> => ({
  zeros: listed(bytes, '0'),
  nulls: listed(bytes, 'null'),
  'empty objects': listed(bytes, '{}'),
  'as many empty objects as are read': `[${'{},'.repeat(Math.min(bytes / 3, MAX_CONTAINERS) - 100)}0]`,
  'short objects': listed(bytes, '{"a":0}'),
  'empty arrays': listed(bytes, '[]'),
  'good elements': listed(bytes, JSON.stringify(item)),
  'long numbers': listed(bytes, '9007199254740993'),
  'long fractions': listed(bytes, '0.12345678901234567'),
});

const objects = (bytes: number): Readonly<Record<string, string>> => {
  const members = (count: number, value: string) =>
    Array.from({ length: count }, (_, i) => `"k${i}":${value}`).join(',');
  return {
    'many members': `{${members(bytes / 12, '0')}}`,
    'members with lists': `{${members(bytes / 4_000, listed(3_900, '0'))}}`,
    'deep lists': `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`,
    'deep objects': `${'{"a":'.repeat(bytes / 6)}0${'}'.repeat(bytes / 6)}`,
    'one long name': `{"${filled(bytes, 'a')}":0}`,
    'numbers beyond all': `{"a":${listed(bytes, '1e999')}}`,
  };
};

const ofPlace = ({ kind, schema }: Place, bytes: number): Readonly<Record<string, string>> => {
  switch (kind) {
    case 'text':
      return texts(bytes);
    case 'array':
      return arrays(bytes, sampleOf(nodeOf(schema).item ?? schema));
    case 'object':
      return objects(bytes);
  }
};

/** Places with one schema, such as the parts of an address, are checked by the same code. */
const onePerSchema = (places: readonly Place[]): Place[] => [
  ...new Map(places.map((place) => [place.schema, place])).values(),
];

/**
 * Bodies for a schema: hostile values at every place that it reads, large ones at arrays, and other types as a whole.
 */
export function* hostileJson(
  schema: v.GenericSchema,
  { atPlaces, most }: { readonly atPlaces: number; readonly most: number },
): Generator<Body> {
  for (const place of isFullSize ? placesIn(schema) : onePerSchema(placesIn(schema))) {
    const room = place.kind === 'array' ? most : atPlaces;
    for (const [name, value] of Object.entries(ofPlace(place, room - 2_000))) {
      const text = JSON.stringify(bodyWith(schema, place.path, HOLE)).replace(`"${HOLE}"`, () => value);
      yield { name: `${name} at /${place.path.join('/')}`, text, type: JSON_TYPE };
    }
  }
  for (const [name, text] of Object.entries({
    ...texts(most - 2_000),
    ...objects(most - 2_000),
    ...arrays(most - 2_000, 0),
  }))
    yield { name: `${name} alone`, text, type: JSON_TYPE };
  yield { name: 'line breaks instead of JSON', text: filled(most, '\n'), type: JSON_TYPE };
  yield { name: 'brackets that nobody closes', text: filled(most, '['), type: JSON_TYPE };
  yield { name: 'a good body with all sorts beside it', text: harmlessJson(schema, most), type: JSON_TYPE };
}

/** A harmless body: a valid one, with much usual content that nothing reads. */
export const harmlessJson = (schema: v.GenericSchema, bytes: number): string => {
  const good = JSON.stringify(sampleOf(schema));
  const row = '{"name":"Ada Lovelace","city":"London","orders":[1,2,3],"vip":true,"value":19.9}';
  return `${good.slice(0, -1)},"beside":${listed(bytes - good.length - 200, row)}}`;
};

const FORM = 'application/x-www-form-urlencoded';
const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

export function* hostileForms(bytes: number): Generator<Body> {
  const multipart = (name: string, text: string): Body => ({
    name,
    text: text.slice(0, bytes),
    type: 'multipart/form-data; boundary=x',
  });
  yield multipart('line breaks in a part', `--x\n${filled(bytes - 20, '\n')}a--x--`);
  yield multipart('returns in a part', `--x\r\n${filled(bytes - 20, '\r\n')}a--x--`);
  yield multipart('returns alone', `--x\r\n${filled(bytes - 20, '\r')}a--x--`);
  yield multipart('many parts', `${filled(bytes - 100, part('shown', 'a'))}--x--\r\n`);
  yield multipart('empty parts', filled(bytes, '--x\r\n\r\n\r\n'));
  yield multipart('parts without headers', filled(bytes, '--x\r\n'));
  yield multipart('what is nearly a boundary', `--x\r\n\r\n${filled(bytes - 100, '\r\n--')}`);
  yield multipart('what is nearly a boundary, in a value', part('email', filled(bytes - 200, '\r\n-')));
  yield multipart(
    'a header without end',
    `--x\r\nContent-Disposition: form-data; name="${filled(bytes - 200, ';name="')}`,
  );
  yield multipart('many headers', `--x\r\n${filled(bytes - 200, 'a: b\r\n')}`);
  yield multipart(
    'many names',
    `--x\r\nContent-Disposition: form-data${filled(bytes - 200, '; name="a"')}\r\n\r\na\r\n--x--`,
  );
  yield multipart(
    'escapes in a name',
    `--x\r\nContent-Disposition: form-data; name*=utf-8''${filled(bytes - 200, '%41')}\r\n\r\na\r\n--x--`,
  );
  yield multipart(
    'quotes in a name',
    `--x\r\nContent-Disposition: form-data; name="${filled(bytes - 200, '\\"')}"\r\n\r\na\r\n--x--`,
  );
  yield multipart('an epilogue', `${part('a', 'b')}--x--\r\n${filled(bytes - 200, 'a')}`);
  yield multipart('a preamble', filled(bytes, 'a'));
  const form = (name: string, text: string): Body => ({ name, text: text.slice(0, bytes), type: FORM });
  yield form('one name again and again', filled(bytes, 'shown=a&'));
  yield form('many names', Array.from({ length: bytes / 8 }, (_, i) => `a${i}=`).join('&'));
  yield form('ampersands', filled(bytes, '&'));
  yield form('equal signs', filled(bytes, '='));
  yield form('percent signs', filled(bytes, '%'));
  yield form('escaped bytes', `email=${filled(bytes - 10, '%FF')}`);
  yield form('escaped nothing', `email=${filled(bytes - 10, '%00')}`);
  yield form('a long address of dots', `email=a@${filled(bytes - 10, 'a.')}`);
  yield form('combining marks', `email=a${filled(bytes / 3, '%CC%81%CC%96')}`);
  yield form('plus signs', `email=${filled(bytes - 10, '+')}`);
  for (const [name, text] of Object.entries(texts(bytes - 200))) {
    for (const field of ['email', 'altcha', 'website', 'topic', 'List-Unsubscribe'])
      yield form(`${name} as ${field}`, `${new URLSearchParams({ [field]: String(JSON.parse(text)) })}`);
  }
}

export const harmlessForm = (bytes: number): Body => ({
  name: 'a usual form',
  text: `email=ada%40example.com&${Array.from({ length: 400 }, (_, i) => `note${i}=${filled(bytes / 430, 'Hello+from+London%2C+')}`).join('&')}`.slice(
    0,
    bytes,
  ),
  type: FORM,
});

/** Compressed, it has a thousandth of the bytes. */
export const bomb = (bytes: number): Buffer => gzipSync(Buffer.alloc(bytes, 0x20));
