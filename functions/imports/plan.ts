import type { Files } from '../storage/files.ts';
import { fieldsOf, withoutLineEnd } from './csv/fields.ts';
import { fromCell } from './csv/formulas.ts';
import { readRecords } from './csv/read.ts';
import { sniff } from './csv/sniff.ts';
import { eventFile } from './event-file.ts';
import { headerProblem } from './headers.ts';
import { type Job, type Layout, mappingKey, nameIn } from './job.ts';
import { type Mapping, mapped, toMapping } from './mapping.ts';
import { profileFile } from './profile-file.ts';
import { Unreadable } from './source.ts';
import type { Reader } from './units.ts';

export type Planned =
  | { readonly kind: 'planned'; readonly layout: Layout; readonly offset: number; readonly row: number }
  | { readonly kind: 'refused'; readonly reason: string };

const SAMPLE_BYTES = 1024 * 1024;

type Read = (start: number, end: number) => Promise<Buffer>;

/** Looks at the beginning of a file: how it is written, and whether its header is one that can be imported. */
export const planFile = async (
  { size, kind, key }: Pick<Job, 'size' | 'kind' | 'key'>,
  read: Read,
  mapping?: Mapping,
): Promise<Planned> => {
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
      const layout = { delimiter, headers, ...(mapping && { mapping }) };
      const called = mapped(headers, mapping).headers;
      const problem = headerProblem(called) ?? readerFor({ kind, key }, layout).file.problem;
      return problem === undefined ? { kind: 'planned', layout, offset: end, row } : refused(problem);
    }
  }
  return refused('The file is empty.');
};

/** Reads rows of such a file. */
export const readerFor = ({ kind, key }: Pick<Job, 'kind' | 'key'>, { headers, mapping = {} }: Layout): Reader => {
  const called = mapped(headers, mapping).headers;
  return kind === 'profiles'
    ? { kind, file: profileFile(called, { name: nameIn(key), mapping }) }
    : { kind, file: eventFile(called, { metric: mapping.metric ?? nameIn(key), mapping }) };
};

/** What the owner of a file says of it, where they do. */
export const mappingOf = async ({ key }: Pick<Job, 'key'>, files: Files): Promise<Mapping | undefined> => {
  const text = await files.readText(mappingKey(key));
  if (text === undefined) return undefined;
  const mapping = toMapping(text);
  if ('problem' in mapping) throw new Unreadable(mapping.problem);
  return mapping;
};

const refused = (reason: string): Planned => ({ kind: 'refused', reason });
