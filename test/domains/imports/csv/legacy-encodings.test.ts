import { expect, test } from 'vitest';
import { fromCodePage850 } from '../../../../functions/domains/imports/csv/code-page-850.ts';
import { recognizeEncoding } from '../../../../functions/domains/imports/csv/encoding.ts';
import type { Encoding } from '../../../../functions/domains/imports/csv/encodings.ts';
import { startImports } from '../start-imports.ts';

const decode = (bytes: Buffer, encoding: Encoding): string =>
  encoding === 'ibm850' ? fromCodePage850(bytes) : new TextDecoder(encoding).decode(bytes);

/** A text in an encoding of one byte a letter. */
const inBytes = (text: string, encoding: Encoding): Buffer => {
  const bytes = new Map(
    Array.from({ length: 256 }, (_, byte) => [decode(Buffer.from([byte]), encoding), byte] as const),
  );
  return Buffer.from(
    Array.from(text, (letter) => {
      const byte = bytes.get(letter);
      if (byte === undefined) throw new Error(`${encoding} has no ${letter}.`);
      return byte;
    }),
  );
};

const texts = {
  German: 'Email,Name,Town hall\na@x.de,Jürgen Müller,Köln\nb@x.de,Jörg Weiß,München\nc@x.de,MÜLLER,ÖLS\n',
  French: 'Email,Prénom\na@x.fr,Chloé\nb@x.fr,François\nc@x.fr,Hélène\n',
  Spanish: 'Email,Nombre\na@x.es,José Ñandú\nb@x.es,Muñoz García\n',
  Polish: 'Email,Imię,Miasto\na@x.pl,Łukasz Wałęsa,Łódź\nb@x.pl,Żaneta Dąbrowska,Kraków\n',
  Czech: 'Email,Jméno\na@x.cz,Jiří Dvořák\nb@x.cz,Tomáš Šťastný\n',
  Russian: 'Email,Имя,Город\na@x.ru,Дмитрий Иванов,Москва\n',
  Greek: 'Email,Όνομα\na@x.gr,Γιώργος Παπαδόπουλος\n',
  one: 'Email,Name\na@x.de,Müller',
  signs: 'Email,Note\na@x.com,Brand™ 25°C\nb@x.com,50€ – “quoted” it’s\nc@x.com,½ l·l ®\n',
};

test.each([
  ['German', 'windows-1252'],
  ['German', 'ibm850'],
  ['German', 'macintosh'],
  ['French', 'windows-1252'],
  ['French', 'ibm850'],
  ['French', 'macintosh'],
  ['Spanish', 'windows-1252'],
  ['Spanish', 'ibm850'],
  ['Spanish', 'macintosh'],
  ['Polish', 'windows-1250'],
  ['Czech', 'windows-1250'],
  ['Russian', 'windows-1251'],
  ['Greek', 'windows-1253'],
  ['one', 'windows-1252'],
  ['one', 'ibm850'],
  ['one', 'macintosh'],
  ['signs', 'windows-1252'],
] as const)('%s in %s is recognized', (text, encoding) => {
  const head = inBytes(texts[text], encoding);
  expect(recognizeEncoding({ head, isWhole: true }).encoding).toBe(encoding);
  // Cut off anywhere, too.
  if (text !== 'one' && text !== 'Czech')
    expect(recognizeEncoding({ head: head.subarray(0, -2), isWhole: false }).encoding).toBe(encoding);
});

// 山田太郎, 東京 and ソニー, 表示, of whose second bytes one is a backslash.
const japanese = Buffer.concat([
  Buffer.from('Email,Name\na@x.jp,'),
  Buffer.from('8e5293639 1be9859'.replaceAll(' ', ''), 'hex'),
  Buffer.from('\nb@x.jp,'),
  Buffer.from('835c836a815b20955c8ea6', 'hex'),
  Buffer.from('\n'),
]);

test('Shift-JIS is recognized and imported, in chunks too', async () => {
  const app = await startImports({ chunkBytes: 30 });
  const { attributes } = await app.drop('profiles/x.csv', japanese);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 2, encoding: 'shift_jis' });
  expect((await app.profile('b@x.jp')).attributes.properties).toEqual({ Name: 'ソニー 表示' });
});

test.each(['ibm850', 'macintosh'] as const)('a file in %s is imported as it was written', async (encoding) => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/x.csv', inBytes(texts.German, encoding));
  expect(attributes).toMatchObject({ status: 'complete', created_count: 3, encoding, warnings: [] });
  expect((await app.profile('b@x.de')).attributes.properties).toMatchObject({
    Name: 'Jörg Weiß',
    'Town hall': 'München',
  });
});

test('letters that two encodings read differently are counted', async () => {
  const app = await startImports();
  const text = 'Email,Note\na@x.fr,«CAFÉ»\nb@x.fr,Zoë\nc@x.fr,Noël\n';
  const { attributes } = await app.drop('profiles/x.csv', Buffer.from(text, 'latin1'));
  expect(attributes).toMatchObject({
    encoding: 'windows-1252',
    created_count: 3,
    warnings: [
      { code: 'ambiguous_encoding', message: expect.stringMatching(/windows-1252, but a place at its beginning/) },
    ],
  });
  const alone = await app.drop('profiles/y.csv', Buffer.from('Email,Note\nd@x.fr,CAFÉ»\n', 'latin1'));
  expect(alone.attributes.warnings).toMatchObject([{ code: 'ambiguous_encoding' }]);
});

test('control characters are never stored', async () => {
  const app = await startImports();
  const { id, attributes } = await app.drop(
    'profiles/x.csv',
    'Email,Note\na@x.de,M\u0081ller\nb@x.de,bell\u0007\nc@x.de,line\u000bbreak\n\u001a',
  );
  expect(attributes).toMatchObject({ total_count: 3, created_count: 1, failed_count: 2 });
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  expect(data.map((row: { attributes: { code: string } }) => row.attributes.code)).toEqual([
    'control_character',
    'control_character',
  ]);
});

test('spaces around quoted fields are ignored', async () => {
  const app = await startImports();
  const text =
    'Email, "First Name", Size\n"ada@example.com" , "Ada, ""A"" " ,"5"" screen"\neve@example.com, 5" screen, x\n';
  const { attributes } = await app.drop('profiles/x.csv', text);
  expect(attributes).toMatchObject({ created_count: 2, failed_count: 0 });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({
    first_name: 'Ada, "A"',
    properties: { Size: '5" screen' },
  });
  expect((await app.profile('eve@example.com')).attributes.first_name).toBe('5" screen');
});
