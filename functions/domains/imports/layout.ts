import { isDeepStrictEqual } from 'node:util';
import { evidentOrders } from './columns/date-order.ts';
import { isReport } from './columns/report-columns.ts';
import type { Beginning } from './contents/read.ts';
import { sampleRows } from './contents/sample.ts';
import { namesPerson } from './file-name.ts';
import { findHeader, type Place, type Refused, refused } from './header.ts';
import { type Job, type Layout, nameIn, nameOf } from './job.ts';
import { likelyHeader } from './likely-header.ts';
import type { Chosen } from './mappings/choose.ts';
import { type Misfit, mapped } from './mappings/mapping.ts';
import { misfitsOf, misfitText } from './mappings/misfits.ts';
import { eventFile } from './rows/event-file.ts';
import { otherTable } from './rows/other-table.ts';
import { profileFile } from './rows/profile-file.ts';
import type { Reader } from './rows/units.ts';
import type { FileRules } from './rules.ts';

type Planned = Place & { readonly kind: 'planned'; readonly layout: Layout };

/** Whether a file, with what is said of it, is one that can be imported. */
export const planFile = async (
  { kind, key }: Pick<Job, 'kind' | 'key'>,
  beginning: Beginning,
  choose: (headers: readonly string[]) => Promise<Chosen>,
  /** What is known of the file whose failed rows these are. */
  known: Pick<Layout, 'dates'> = {},
): Promise<Planned | Refused> => {
  const guessed = await findHeader(beginning);
  const headers = guessed.kind === 'found' ? guessed.headers : [];
  const chosen = await choose(headers);
  const { encoding: toldEncoding, delimiter: toldDelimiter, header_row: headerRow } = chosen.mapping ?? {};
  const isTold = [toldEncoding, toldDelimiter, headerRow].some((one) => one !== undefined);
  // Failed rows are written by us and mended by anybody: what is said of the file that they are from is not said of them.
  const found = isTold && !isReport({ ...guessed, headers }) ? await findHeader(beginning, chosen.mapping) : guessed;
  if (found.kind === 'refused') return found;
  if (chosen.mappedBy?.source === 'saved' && !isDeepStrictEqual(found.headers, headers))
    return refused(`${OTHER_HEADER} ${found.headers.join(', ').slice(0, 200)}`);
  const { encoding, ambiguous, delimiter, ownsErrorColumns, offset, source, row } = found;
  const read = {
    encoding,
    ...(ambiguous > 0 && { ambiguous }),
    delimiter,
    headers: found.headers,
    ...(ownsErrorColumns && { ownsErrorColumns }),
    ...chosen,
  };
  const misfits = layoutMisfits({ kind, key }, read);
  if (misfits.length > 0) {
    const offer =
      headerRow === undefined
        ? await likelyHeader(beginning, found, (some) => isReadable({ kind, key }, some))
        : undefined;
    return refused([...(offer === undefined ? [] : [offer]), misfitText(misfits)].join(' '));
  }
  const called = mapped(found, chosen.mapping);
  const rows = await sampleRows(found.text, found);
  const other = otherTable(called.headers, rows);
  if (other !== undefined) return refused(other);
  const evident = evidentOrders(
    called.headers,
    rows.map(({ cells }) => cells),
  );
  const dates = [...new Map([...evident, ...(known.dates ?? [])])];
  const layout = { ...read, ...(dates.length > 0 && { dates }) };
  return { kind: 'planned', layout, offset, source, row };
};

const OTHER_HEADER =
  'Read with the encoding and delimiter of the saved mapping for its headers, the file has others. Change the mapping, or put one beside the file. They are:';

const isReadable = (job: Pick<Job, 'kind' | 'key'>, headers: readonly string[]): boolean =>
  layoutMisfits(job, { headers: [...headers] }).length === 0;

/** Why rows under such headers, called as the mapping says, can't be imported: all of it. */
export const layoutMisfits = (
  job: Pick<Job, 'kind' | 'key'>,
  layout: Pick<Layout, 'headers' | 'ownsErrorColumns' | 'mapping'>,
): readonly Misfit[] => [
  ...misfitsOf(job.kind, layout, layout.mapping ?? {}),
  ...(readerFor(job, layout).file.misfits ?? []),
];

/** Reads rows of such a file, by what the account says is nobody's. */
export const readerFor = (
  { kind, key, startedAt }: Pick<Job, 'kind' | 'key' | 'startedAt'>,
  { mapping = {}, dates, ...file }: Pick<Layout, 'headers' | 'ownsErrorColumns' | 'mapping' | 'dates'>,
  rules?: FileRules,
): Reader => {
  const called = mapped(file, mapping).headers;
  return kind === 'profiles'
    ? { kind, file: profileFile(called, { file: nameOf(key), mapping, dates, rules, until: startedAt }) }
    : { kind, file: eventFile(called, { metric: namesPerson(nameOf(key)) ? '' : nameIn(key), mapping, dates, rules }) };
};
