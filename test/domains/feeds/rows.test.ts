import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemsOf, rowsOf, sample } from './read-feed.ts';

const fieldsOf = async (...args: Parameters<typeof rowsOf>) =>
  (await rowsOf(...args)).map((row) => ('fields' in row ? row.fields : row));

describe('samples of Klaviyo and Google', () => {
  test('the same products as JSON and as XML, in spite of its bare ampersands', async () => {
    const json = await fieldsOf(sample('klaviyo.json'));
    const xml = await fieldsOf(sample('klaviyo.xml'));
    expect(json).toMatchObject([
      { id: 'sandals123', price: 29.99 },
      { id: 'bomber123', categories: ['APPAREL'] },
    ]);
    expect(xml).toMatchObject([
      { id: 'sandals123', price: '29.99', image_link: 'https://images.example/sandals?q=80&w=1528&auto=format' },
      { id: 'bomber123', categories: 'APPAREL' },
    ]);
  });

  test('RSS, with its places', async () => {
    const rows = await rowsOf(sample('google.xml'));
    expect(rows.map(({ place }) => place)).toEqual([1, 2, 3].map((number) => `/rss/channel/item[${number}]`));
    expect(rows).toMatchObject([
      { fields: { 'g:id': 'TV_123456', 'g:shipping': { 'g:price': '14.95 USD' } } },
      {
        fields: {
          description: 'Flattering & <b>comfortable</b>.',
          'g:additional_image_link': [
            'https://images.example/CLO-29473856-side.jpg',
            'https://images.example/CLO-29473856-back.jpg',
          ],
        },
      },
      { fields: { 'g:item_group_id': 'CLO-29473856' } },
    ]);
  });

  test('Atom, whose prefix for Google can be any', async () => {
    expect(await fieldsOf(sample('google-atom.xml'))).toMatchObject([
      { 'g:id': 'DVD-0564738', link: { '@href': 'https://shop.example/media/dvd/?sku=384616&src=feed' } },
    ]);
  });

  test('TSV', async () => {
    expect(await rowsOf(sample('google.tsv'))).toMatchObject([
      { row: 1, place: 'line 2', fields: { title: 'Coins', description: 'Gold, "round"', price: '1.99 USD' } },
    ]);
  });

  test.each(['klaviyo.json', 'klaviyo.xml', 'google.xml', 'google-atom.xml', 'google.tsv'])(
    '%s is the same in pieces of any size',
    async (name) => {
      const whole = await rowsOf(sample(name), { size: 1e6 });
      for (const size of [1, 2, 3, 7, 64]) expect(await rowsOf(sample(name), { size })).toEqual(whole);
    },
  );
});

describe('JSON', () => {
  test.each([
    ['{"products":[{"id":1}]}', undefined, 'products[0]'],
    ['{"a":{"b":[1,2]},"data":{"items":[{"id":1}]}}', undefined, 'data.items[0]'],
    ['{"tags":[{"x":1}],"data":{"items":[{"id":1}]}}', 'data.items', 'data.items[0]'],
    ['\u{FEFF} [ {"id":1} ] ', undefined, '[0]'],
    [String.raw`{"a\"b":"}]","products":[{"id":1,"t":"}\"{"}]}`, undefined, 'products[0]'],
  ])('%s with path %s', async (text, path, place) => {
    expect(await rowsOf(text, { path, size: 3 })).toMatchObject([{ place, row: 1 }]);
  });

  test('numbers keep all digits', async () => {
    const [row] = await fieldsOf('[{"id":12345678901234567890}]');
    expect(JSON.stringify(row)).toBe('{"id":12345678901234567890}');
  });

  test('a bad product does not affect the others', async () => {
    const long = `"${'x'.repeat(600_000)}"`;
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    const rows = await rowsOf(`[{"id":1},{"id":01},7,[{"id":2}],{"d":${long}},{"d":${deep}},{"id":3}]`, {
      size: 5_000,
    });
    expect(problemsOf(rows)).toEqual([
      expect.stringMatching(/^\[1\]: It is not valid JSON/),
      '[2]: It is no object with members.',
      '[3]: It is an array. Products are objects.',
      expect.stringMatching(/^\[4\]: It is longer than 512 KB/),
      '[5]: It is nested deeper than 32 levels.',
    ]);
    expect(rows.filter((row) => 'fields' in row).map(({ row }) => row)).toEqual([1, 7]);
  });

  test('other bytes than UTF-8', async () => {
    expect(problemsOf(await rowsOf(Buffer.from('[{"id":"\xe9"}]', 'latin1')))).toEqual([
      expect.stringMatching(/no text in the encoding/),
    ]);
  });

  test.each([
    ['[{"id":1}', /ends in the middle of its JSON, after 1 products/],
    ['[{"id":1},{"id', /ends in the middle of \[1\]/],
    ['[{"id":1},,{"id":2}]', /a ',' is not expected/],
    ['[{"id":1}{"id":2}]', /a value is not separated/],
    ['[{"id":1}] trailing', /more than one value/],
    ['{"error":"rate limited"}', /no array of products/],
    ['{"a":[{"id":1}]}', /no array at 'b'/, 'b'],
    [`${'['.repeat(50)}`, /nested too deep/],
    ['{"a" 1}', /not separated|not expected/],
  ])('%s fails as a whole', async (text, message, path?: string) => {
    await expect(rowsOf(text, { path })).rejects.toThrow(message);
  });

  test('any array of objects, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))),
        fc.integer({ min: 1, max: 50 }),
        async (objects, size) => {
          const read = await fieldsOf(JSON.stringify(objects), { size });
          expect(JSON.stringify(read)).toBe(JSON.stringify(objects));
        },
      ),
    );
  });
});

describe('XML', () => {
  test.each([
    ['<p><i><id>1</id></i><i><id>2</id></i></p>', undefined, ['/p/i[1]', '/p/i[2]']],
    [
      '<shop><offers><offer id="1"/><offer id="2"/></offers></shop>',
      'shop/offers/offer',
      ['/shop/offers/offer[1]', '/shop/offers/offer[2]'],
    ],
    ['<p/>', undefined, []],
  ])('%s', async (text, path, places) => {
    expect((await rowsOf(text, { path, size: 5 })).map(({ place }) => place)).toEqual(places);
  });

  test('unknown entities are text', async () => {
    expect(await fieldsOf('<p><i><t>a&nbsp;b &lt; &#228; & c</t></i></p>')).toEqual([{ t: 'a&nbsp;b < ä & c' }]);
  });

  test('another encoding', async () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?><p><i><t>Größe</t></i></p>';
    expect(await fieldsOf(Buffer.from(text, 'latin1'), { size: 3 })).toEqual([{ t: 'Größe' }]);
    expect(await fieldsOf(Buffer.from(`\u{FEFF}<p><i><t>Größe</t></i></p>`, 'utf16le'), { size: 3 })).toEqual([
      { t: 'Größe' },
    ]);
  });

  test.each([
    ['<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p><i><t>&x;</t></i></p>', /document type/],
    ['<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a "&lol;&lol;">]><p/>', /document type/],
    ['<p><i><id>1</id></i><i><id>2</i', /not valid XML, in line 1, after 1 products/],
    ['<p><i><id>1</id></i>', /unclosed tag/],
    ['<p><i><id>1</x></i></p>', /not valid XML/],
    ['<p><i/></p><p/>', /not valid XML/],
    ['<p><i/></p>', /no element at 'p\/offer'/, 'p/offer'],
    ['<?xml version="1.0" encoding="x-unknown"?><p/>', /encoding 'x-unknown'/],
  ])('%s fails as a whole', async (text, message, path?: string) => {
    await expect(rowsOf(text, { path, size: 4 })).rejects.toThrow(message);
  });

  test('long and deep products are skipped', async () => {
    const rows = await rowsOf(
      `<p><i><t>${'x'.repeat(600_000)}</t></i><i>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</i><i><id>1</id></i></p>`,
    );
    expect(problemsOf(rows)).toEqual([expect.stringMatching(/longer than 512 KB/), expect.stringMatching(/32 levels/)]);
    expect(rows.at(-1)).toMatchObject({ row: 3, fields: { id: '1' } });
  });
});

describe('CSV', () => {
  test('quotes, blank lines, and lines that do not fit', async () => {
    const rows = await rowsOf('id,title\r\n1,"a\nb"\r\n\r\n2,b,c\r\n3,"d\r\n4\r\n', { size: 2 });
    expect(rows).toMatchObject([
      { row: 1, place: 'line 2', fields: { id: '1', title: 'a\nb' } },
      { row: 2, place: 'line 5', problem: expect.stringMatching(/3 fields for 2 columns/) },
      { row: 3, place: 'line 6', problem: expect.stringMatching(/quote is not closed/) },
      { row: 4, place: 'line 7', fields: { id: '4', title: '' } },
    ]);
  });

  test('of Excel in Germany', async () => {
    expect(await fieldsOf(Buffer.from('id;Größe\n1;groß\n', 'latin1'))).toEqual([{ id: '1', Größe: 'groß' }]);
  });

  test('two columns of one name', async () => {
    await expect(rowsOf('id,id\n1,2\n')).rejects.toThrow(/two columns named 'id'/);
  });
});

describe('what comes instead of a feed', () => {
  test.each([
    ['', /empty/],
    ['<!DOCTYPE html><html><body>Log in</body></html>', /HTML page/],
    ['<html lang="en"></html>', /HTML page/],
    ['Service unavailable', /not JSON, XML or CSV/],
    ['PK\u0003\u0004abc', /ZIP/],
  ])('%s', async (text, message) => {
    await expect(rowsOf(text)).rejects.toThrow(message);
  });

  test('another format than declared', async () => {
    await expect(rowsOf('[{"id":1}]', { format: 'xml' })).rejects.toThrow(/feed is JSON, but its format is set to xml/);
  });
});

describe('compressed feeds', () => {
  const feed = sample('klaviyo.json');
  test.each([
    ['a gzip file', gzipSync(feed), undefined],
    ['gzip by its header', gzipSync(feed), 'gzip'],
    ['a gzip file, compressed again', gzipSync(gzipSync(feed)), 'gzip'],
    ['brotli', brotliCompressSync(feed), 'br'],
    ['a header without its compression', feed, 'gzip'],
  ])('%s', async (_, bytes, encoding) => {
    expect(await rowsOf(bytes, { encoding, size: 10 })).toEqual(await rowsOf(feed));
  });

  test.each(['gzip', 'br'])('a bomb in %s stops at the bound', async (encoding) => {
    const bomb = Buffer.concat([Buffer.from('[{"id":"'), Buffer.alloc(50_000_000, 'x'), Buffer.from('"}]')]);
    const bytes = encoding === 'gzip' ? gzipSync(bomb) : brotliCompressSync(bomb);
    await expect(rowsOf(bytes, { encoding, maxBytes: 10 * 1024 * 1024 })).rejects.toThrow(/more than 10 MB/);
  });

  test.each(['gzip', 'br'])('half a file in %s', async (encoding) => {
    const bytes = encoding === 'gzip' ? gzipSync(feed) : brotliCompressSync(feed);
    await expect(rowsOf(bytes.subarray(0, bytes.length / 2), { encoding })).rejects.toThrow(/damaged or cut off/);
  });

  test('an unknown encoding', async () => {
    await expect(rowsOf(feed, { encoding: 'zstd' })).rejects.toThrow(/encoding 'zstd'/);
  });
});
