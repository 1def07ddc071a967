import type { BlockRules } from '../profiles/blocked.ts';
import type { Chosen } from './choose.ts';
import { fieldsOf, withoutLineEnd } from './csv/fields.ts';
import { fromCell } from './csv/formulas.ts';
import { readRecords } from './csv/read.ts';
import { sniff } from './csv/sniff.ts';
import { eventFile } from './event-file.ts';
import { type Job, type Layout, nameIn } from './job.ts';
import { type Misfit, mapped } from './mapping.ts';
import { misfitsOf, misfitText } from './misfits.ts';
import { profileFile } from './profile-file.ts';
import type { Reader } from './units.ts';

export type Planned =
  | { readonly kind: 'planned'; readonly layout: Layout; readonly offset: number; readonly row: number }
  | Refused;

const SAMPLE_BYTES = 1024 * 1024;

type Read = (start: number, end: number) => Promise<Buffer>;

type Refused = { readonly kind: 'refused'; readonly reason: string };
type Found = Pick<Layout, 'delimiter' | 'headers'> & {
  readonly kind: 'found';
  /** Behind the header row, and that row's number. */
  readonly offset: number;
  readonly row: number;
};

/** Looks at the beginning of a file: how it is written, and its header. */
export const findHeader = async (size: number, read: Read): Promise<Found | Refused> => {
  if (size === 0) return refused('The file is empty.');
  const to = Math.min(size, SAMPLE_BYTES);
  const { delimiter, start, row: before } = sniff(await read(0, to), to === size);

  let row = before;
  for await (const records of readRecords(read, { from: start, to: size, delimiter, pieceBytes: SAMPLE_BYTES })) {
    for (const { text, isBroken, badByte, end } of records) {
      row += 1;
      if (withoutLineEnd(text) === '') continue;
      if (isBroken) return refused('The quotes of the header row do not match.');
      if (badByte !== undefined)
        return refused(
          `The header row holds bytes that are not UTF-8, at position ${badByte}. Save the file as 'CSV UTF-8'.`,
        );
      const headers = fieldsOf(text, delimiter).map((header) => fromCell(header).trim());
      return { kind: 'found', delimiter, headers, offset: end, row };
    }
  }
  return refused('The file is empty.');
};

/** Whether a file, with what is said of it, is one that can be imported. */
export const planFile = async (
  { size, kind, key }: Pick<Job, 'size' | 'kind' | 'key'>,
  read: Read,
  choose: (headers: readonly string[]) => Promise<Chosen>,
): Promise<Planned> => {
  const found = await findHeader(size, read);
  if (found.kind === 'refused') return found;
  const { delimiter, headers, offset, row } = found;
  const layout = { delimiter, headers, ...(await choose(headers)) };
  const misfits = layoutMisfits({ kind, key }, layout);
  return misfits.length === 0 ? { kind: 'planned', layout, offset, row } : refused(misfitText(misfits));
};

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
    : { kind, file: eventFile(called, { metric: nameIn(key), mapping, rules }) };
};

const refused = (reason: string): Refused => ({ kind: 'refused', reason });
