import { isDeepStrictEqual } from 'node:util';
import type { BlockRules } from '../profiles/blocked.ts';
import { columnNameOf, isReport } from './columns/headers.ts';
import { type Beginning, inUtf8, SAMPLE_BYTES } from './contents/read.ts';
import { bytesIn, contradicts, type Encoding, encodingOf, markBytes } from './csv/encoding.ts';
import { fieldsOf, withoutLineEnd } from './csv/fields.ts';
import { fromCell, withoutFirstGuard } from './csv/formulas.ts';
import { readRecords } from './csv/read.ts';
import { sniff } from './csv/sniff.ts';
import { namesPerson } from './file-name.ts';
import { type Job, type Layout, nameIn, nameOf } from './job.ts';
import type { Chosen } from './mappings/choose.ts';
import { type Misfit, mapped } from './mappings/mapping.ts';
import { misfitsOf, misfitText } from './mappings/misfits.ts';
import { eventFile } from './rows/event-file.ts';
import { profileFile } from './rows/profile-file.ts';
import type { Reader } from './rows/units.ts';

type Refused = { readonly kind: 'refused'; readonly reason: string };
/** Behind the header row, in UTF-8 and as it is encoded, and that row's number. */
type Place = { readonly offset: number; readonly source: number; readonly row: number };
type Found = Pick<Layout, 'delimiter' | 'headers'> & Place & { readonly kind: 'found'; readonly encoding: Encoding };
type Planned = Place & { readonly kind: 'planned'; readonly layout: Layout };

/** How a file is said to be written. */
interface Told {
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
}

/** Looks at the beginning of a file: how it is written, as far as that isn't told, and its header. */
export const findHeader = async (beginning: Beginning, told: Told = {}): Promise<Found | Refused> => {
  const encoding = encodingOf(beginning, told.encoding);
  if (told.encoding === undefined && contradicts(beginning, encoding)) return refused(OTHER_ENCODING);
  const { head, isWhole } = await inUtf8(beginning, encoding);
  if (head.length === 0) return refused(isWhole ? 'The file is empty.' : NO_HEADER);
  const { delimiter, start, row: before } = sniff(head, isWhole, told.delimiter);

  let row = before;
  const read = async (from: number, to: number) => head.subarray(from, to);
  // Where more comes behind it, its last record may go on there.
  const to = head.length + (isWhole ? 0 : 1);
  for await (const records of readRecords(read, { from: start, to, delimiter, pieceBytes: SAMPLE_BYTES })) {
    for (const { text, isBroken, badByte, end } of records) {
      row += 1;
      if (withoutLineEnd(text) === '') continue;
      if (isBroken) return refused('The quotes of the header row do not match.');
      if (badByte !== undefined)
        return refused(
          `The header row holds bytes that are not UTF-8, at position ${badByte}. Save the file as 'CSV UTF-8', or say its encoding in the mapping.`,
        );
      const fields = fieldsOf(text, delimiter);
      const isOurs = fields.some(isReport);
      const headers = fields.map((field) => headerIn(isOurs ? fromCell(field, delimiter) : withoutFirstGuard(field)));
      const source = markBytes(beginning.head, encoding) + bytesIn(head.subarray(0, end), encoding);
      return { kind: 'found', encoding, delimiter, headers, offset: end, source, row };
    }
  }
  return refused(isWhole ? 'The file is empty.' : NO_HEADER);
};

const OTHER_ENCODING =
  "The file is neither UTF-8 nor Windows-1252, which has no letters for some of its bytes. Save it as 'CSV UTF-8'.";

/** A field with something invisible before its quotes is read as one that begins with them. */
const headerIn = (field: string): string => {
  const name = columnNameOf(field);
  return name !== field && /^"[^"]*"$/.test(name) ? columnNameOf(name.slice(1, -1)) : name;
};

const NO_HEADER = `There is no header row in the first ${SAMPLE_BYTES} bytes.`;

/** Whether a file, with what is said of it, is one that can be imported. */
export const planFile = async (
  { kind, key }: Pick<Job, 'kind' | 'key'>,
  beginning: Beginning,
  choose: (headers: readonly string[]) => Promise<Chosen>,
): Promise<Planned | Refused> => {
  const guessed = await findHeader(beginning);
  const headers = guessed.kind === 'found' ? guessed.headers : [];
  const chosen = await choose(headers);
  const { encoding: toldEncoding, delimiter: toldDelimiter } = chosen.mapping ?? {};
  const isTold = toldEncoding !== undefined || toldDelimiter !== undefined;
  // Failed rows are written by us and mended by anybody: what is said of the file that they are from is not said of them.
  const found = isTold && !headers.some(isReport) ? await findHeader(beginning, chosen.mapping) : guessed;
  if (found.kind === 'refused') return found;
  if (chosen.mappedBy?.source === 'saved' && !isDeepStrictEqual(found.headers, headers))
    return refused(`${OTHER_HEADER} ${found.headers.join(', ').slice(0, 200)}`);
  const { encoding, delimiter, offset, source, row } = found;
  const layout = { encoding, delimiter, headers: found.headers, ...chosen };
  const misfits = layoutMisfits({ kind, key }, layout);
  return misfits.length === 0 ? { kind: 'planned', layout, offset, source, row } : refused(misfitText(misfits));
};

const OTHER_HEADER =
  'Read with the encoding and delimiter of the saved mapping for its headers, the file has others. Change the mapping, or put one beside the file. They are:';

/** Why rows under such headers, called as the mapping says, can't be imported: all of it. */
export const layoutMisfits = (
  job: Pick<Job, 'kind' | 'key'>,
  layout: Pick<Layout, 'headers' | 'mapping'>,
): readonly Misfit[] => [
  ...misfitsOf(job.kind, layout.headers, layout.mapping ?? {}),
  ...(readerFor(job, layout).file.misfits ?? []),
];

/** Reads rows of such a file, by what the account says is nobody's. */
export const readerFor = (
  { kind, key, startedAt }: Pick<Job, 'kind' | 'key' | 'startedAt'>,
  { headers, mapping = {} }: Pick<Layout, 'headers' | 'mapping'>,
  rules?: BlockRules,
): Reader => {
  const called = mapped(headers, mapping).headers;
  return kind === 'profiles'
    ? { kind, file: profileFile(called, { name: nameIn(key), mapping, rules, until: startedAt }) }
    : { kind, file: eventFile(called, { metric: namesPerson(nameOf(key)) ? '' : nameIn(key), mapping, rules }) };
};

const refused = (reason: string): Refused => ({ kind: 'refused', reason });
