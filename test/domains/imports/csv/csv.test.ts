import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesIn, encodingOf, recognizeEncoding, toUtf8 } from '../../../../functions/domains/imports/csv/encoding.ts';
import { encodings, hasDoubleBytes } from '../../../../functions/domains/imports/csv/encodings.ts';
import { fieldsOf, recordOf } from '../../../../functions/domains/imports/csv/fields.ts';
import { fromCell, toCell } from '../../../../functions/domains/imports/csv/formulas.ts';
import { type RawRecord, readRecords } from '../../../../functions/domains/imports/csv/read.ts';
import { sniff } from '../../../../functions/domains/imports/csv/sniff.ts';

const recordsOf = async (
  text: string | Buffer,
  { delimiter = ',', pieceBytes = 1_000_000 } = {},
): Promise<RawRecord[]> => {
  const bytes = Buffer.from(text);
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  const found: RawRecord[] = [];
  for await (const some of readRecords(read, { from: 0, to: bytes.length, delimiter, pieceBytes })) found.push(...some);
  return found;
};

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', ' ', 'ä', '😀', "'", ';') }),
);

describe('records', () => {
  test.each([
    ['a,b\nc,d\n', ['a,b\n', 'c,d\n']],
    ['a,b\r\nc,d', ['a,b\r\n', 'c,d']],
    ['a,b\rc,d\r', ['a,b\r', 'c,d\r']],
    ['a\n\nb', ['a\n', '\n', 'b']],
    ['"a\nb",c\nd', ['"a\nb",c\n', 'd']],
    ['"a""\r\nb",c\r\nd', ['"a""\r\nb",c\r\n', 'd']],
    ['5" pipe,b\nc,d', ['5" pipe,b\n', 'c,d']],
    ['a, "b\nc" ,d\ne', ['a, "b\nc" ,d\n', 'e']],
    ['a, "b\nc, "d" e\nf', ['a, "b\n', 'c, "d" e\n', 'f']],
    ['', []],
  ])('the records of %j are %j', async (text, expected) => {
    const found = await recordsOf(text);

    expect(found.map((record) => record.text)).toEqual(expected);
    expect(found.every(({ isBroken }) => !isBroken)).toBe(true);
  });

  test('a stray quote breaks only its own line', async () => {
    const found = await recordsOf('a,b\n"open,1\nc,d\n"e",f\n"x"y,2\ng,h\n"last');

    expect(found.map(({ text, isBroken }) => [text, isBroken])).toEqual([
      ['a,b\n', false],
      ['"open,1\n', true],
      ['c,d\n', false],
      ['"e",f\n', false],
      ['"x"y,2\n', true],
      ['g,h\n', false],
      ['"last', true],
    ]);
  });

  test('a quote that stays open longer than a record may be breaks only its own line', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `row ${i},x\n`).join('');

    const found = await recordsOf(`"open,1\n${lines}"end",z\n`, { pieceBytes: 64 * 1024 });

    expect(found).toHaveLength(100_002);
    expect(found.filter(({ isBroken }) => isBroken).map(({ text }) => text)).toEqual(['"open,1\n']);
  });

  test('any fields are read as they were written, wherever the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.integer({ min: 1, max: 40 }),
        async (rows, delimiter, pieceBytes) => {
          const text = rows.map((row) => recordOf(row, delimiter)).join('');
          const found = await recordsOf(text, { delimiter, pieceBytes });
          expect(found.map((record) => fieldsOf(record.text, delimiter))).toEqual(
            rows.map((row) => row.map((c) => c.toWellFormed())),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  test('any bytes give the same records wherever the file is cut, and none is lost', async () => {
    const soup = fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', 'ä'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 20 }), async (text, pieceBytes) => {
        const whole = await recordsOf(text);
        expect(await recordsOf(text, { pieceBytes })).toEqual(whole);
        expect(whole.map((record) => record.text).join('')).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('reading can start at any record', async () => {
    const soup = fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(soup, async (text) => {
        const whole = await recordsOf(text);
        for (const [i, { offset }] of whole.entries()) {
          const rest = await recordsOf(Buffer.from(text).subarray(offset));
          expect(rest.map((record) => record.text)).toEqual(whole.slice(i).map((record) => record.text));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the first byte that is not UTF-8 is named by its position in the file', async () => {
    const [, second] = await recordsOf(Buffer.from('fine ä\nM\u{fc}ller\n', 'latin1').fill('x', 5, 6));

    expect(second).toMatchObject({ badByte: 8, text: 'M\u{FFFD}ller\n' });
  });
});

describe('cells that could be formulas', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+4930123', "'+4930123"],
    ['-12.50', '-12.50'],
    ['-1+cmd', "'-1+cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\n=1', "'\n'=1"],
    [';=4+4;', ";'=4+4;"],
    ['x\t=2+2', "x\t'=2+2"],
    ['x\r\n@a\n-1', "x\r\n'@a\n'-1"],
    [';"=4+4"', ';\'"=4+4"'],
    ["a;'=1", "a;''=1"],
    ['a,=1', 'a,=1'],
    ['[1,-2]', '[1,-2]'],
    ['a; b-c', 'a; b-c'],
    ['＝1+1', "'＝1+1"],
    ["O'Neill", "O'Neill"],
    ["'+49", "''+49"],
    ["'quoted'", "'quoted'"],
  ])('%j is written as %j', (value, written) => {
    expect(toCell(value)).toBe(written);
    expect(fromCell(written)).toBe(value);
  });

  test('any value is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '1', '\t') })),
        (value) => {
          expect(fromCell(toCell(value))).toBe(value);
        },
      ),
    );
  });
});

describe('sniffing', () => {
  test.each([
    ['a,b,c\n1,2,3\n', ','],
    ['a;b;c\n1,5;2,5;3,5\n', ';'],
    ['a\tb\n"x, y; z"\t2\n', '\t'],
    ['"Name, full";"E-mail"\n"Ada, L";a@b.cc\n', ';'],
    ['a|b\n1|2\n', '|'],
    ['Email\na@b.cc\n', ','],
  ])('%j is delimited by %j', (text, delimiter) => {
    expect(sniff(Buffer.from(text), true)).toEqual({ delimiter, start: 0, row: 0 });
  });

  test('a byte order mark is skipped, and a line that names the separator is used', () => {
    expect(sniff(Buffer.from('\u{FEFF}a;b\n1;2'), true)).toEqual({ delimiter: ';', start: 3, row: 0 });
    expect(sniff(Buffer.from('sep=;\r\na,b,c;d\r\n1,2,3;4\r\n'), true)).toEqual({ delimiter: ';', start: 7, row: 1 });
    expect(sniff(Buffer.from('\u{FEFF}"sep=\t"\na,b\tc\n'), true)).toEqual({ delimiter: '\t', start: 11, row: 1 });
  });
});

describe('encodings', () => {
  const recognized = (head: Buffer, isWhole = true) => encodingOf({ head, isWhole });
  const latin = (text: string) => Buffer.from(text, 'latin1');

  test.each([
    ['plain ASCII', 'utf-8'],
    ['Müller', 'utf-8'],
    ['\u{FEFF}Müller', 'utf-8'],
  ])('%j in UTF-8 is recognized', (text, encoding) => {
    expect(recognized(Buffer.from(text))).toBe(encoding);
    // Cut within a character.
    expect(recognized(Buffer.from(`${text}ü`).subarray(0, -1), false)).toBe(encoding);
  });

  test('other encodings are recognized by their marks, their zeros or their letters', () => {
    expect(recognized(Buffer.from('\u{FEFF}Email', 'utf16le'))).toBe('utf-16le');
    expect(recognized(Buffer.from('\u{FEFF}Email', 'utf16le').swap16())).toBe('utf-16be');
    expect(recognized(Buffer.from('Email,Name', 'utf16le'))).toBe('utf-16le');
    expect(recognized(Buffer.from('Email,Name', 'utf16le').swap16())).toBe('utf-16be');
    expect(recognized(latin('Email,Name\na@b.cc,Müller\n'))).toBe('windows-1252');
    // One bad byte among letters of UTF-8 is only a bad byte.
    expect(recognized(Buffer.concat([Buffer.from('Müller,'), Buffer.from([0xe4, 0x2c])]))).toBe('utf-8');
    expect(recognized(Buffer.from(`Email\nada@example.com\n${'\0'.repeat(40)}`))).toBe('utf-8');
  });

  // ’ “ … – a non-breaking space, », ® and € behind an accented letter.
  test.each(['\x92s', '\x93', '\x85', '\x96', '\xa0', '\xbb', '\xae', '\x80'])(
    'an accented letter of Windows-1252 before %j is not taken for a letter of UTF-8',
    (after) => {
      for (const letter of 'àâäçèéêëîïôöùûüæñ') {
        expect(recognized(latin(`Email,Name\na@b.cc,Jos${letter}\nb@b.cc,Chlo${letter}${after}\n`))).toBe(
          'windows-1252',
        );
      }
    },
  );

  test('the last letter of a whole text counts too', () => {
    expect(recognized(latin('Email,Name\na@b.cc,René'))).toBe('windows-1252');
  });

  test.each([0x81, 0x8d, 0x8f, 0x90, 0x9d])('the byte %i does not occur in Windows-1252', async (byte) => {
    const head = Buffer.from([0x4d, byte, 0x6c]);
    const other = recognizeEncoding({ head: Buffer.concat([head, latin(', élan'.repeat(9))]), isWhole: true });
    expect(other.encoding).not.toBe('windows-1252');
    async function* pieces() {
      yield head;
    }
    expect(await text(toUtf8(pieces(), 'windows-1252'))).toBe('M\u{FFFD}l');
  });

  test.each(encodings.filter((one) => !hasDoubleBytes(one)))(
    'the number of source bytes is known for any text in %s',
    async (encoding) => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), async (some) => {
          const bytes = Buffer.concat(some);
          const whole = encoding.startsWith('utf-16') ? bytes.subarray(0, bytes.length & ~1) : bytes;
          async function* pieces() {
            for (let at = 0; at < whole.length; at += 7) yield whole.subarray(at, at + 7);
          }
          const text: Buffer[] = [];
          for await (const piece of toUtf8(pieces(), encoding, { isBehind: true })) text.push(piece);
          expect(bytesIn(Buffer.concat(text), encoding)).toBe(whole.length);
        }),
      );
    },
  );
});
