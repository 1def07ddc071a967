import { isDeepStrictEqual } from 'node:util';
import { evidentOrders } from '../columns/date-order.ts';
import { mapped } from '../columns/mapping.ts';
import { isReport } from '../columns/report-columns.ts';
import type { Job, Layout } from '../jobs/job.ts';
import type { ChosenMapping } from '../mappings/choose.ts';
import { errorText, layoutErrors } from '../mappings/errors.ts';
import { findHeader, type HeaderError, headerError, type Place } from './header.ts';
import { likelyHeaderMessage } from './likely-header.ts';
import type { Beginning } from './read.ts';
import { sampleRows } from './sample.ts';
import { secondHeaderMessage } from './second-header.ts';

type Planned = Place & { readonly layout: Layout };

/** Whether a file can be imported with its declared format. */
export const planFile = async (
  { kind, key }: Pick<Job, 'kind' | 'key'>,
  beginning: Beginning,
  choose: (headers: readonly string[]) => Promise<ChosenMapping>,
  /** What is known about the file that these failed rows are from. */
  known: Pick<Layout, 'dates'> = {},
): Promise<Planned | HeaderError> => {
  const guessed = await findHeader(beginning);
  const headers = 'reason' in guessed ? [] : guessed.headers;
  const chosen = await choose(headers);
  const { encoding: declaredEncoding, delimiter: declaredDelimiter, header_row: headerRow } = chosen.mapping ?? {};
  const isDeclared = [declaredEncoding, declaredDelimiter, headerRow].some((one) => one !== undefined);
  // We write files of failed rows, and users correct them: the declared format of the original file does not apply.
  const found =
    isDeclared && !isReport({ ...guessed, headers }) ? await findHeader(beginning, chosen.mapping) : guessed;
  if ('reason' in found) return found;
  if (chosen.mappedBy?.source === 'saved' && !isDeepStrictEqual(found.headers, headers))
    return headerError(`${OTHER_HEADER} ${found.headers.join(', ').slice(0, 200)}`);
  const { encoding, ambiguous, delimiter, ownsErrorColumns, offset, source, row } = found;
  const read = {
    encoding,
    ...(ambiguous > 0 && { ambiguous }),
    delimiter,
    headers: found.headers,
    ...(ownsErrorColumns && { ownsErrorColumns }),
    ...chosen,
  };
  const errors = layoutErrors({ kind, key }, read);
  if (errors.length > 0) {
    const offer =
      headerRow === undefined
        ? await likelyHeaderMessage(beginning, found, (some) => isReadable({ kind, key }, some))
        : undefined;
    return headerError([...(offer === undefined ? [] : [offer]), errorText(errors)].join(' '));
  }
  const called = mapped(found, chosen.mapping);
  const rows = await sampleRows(found.text, found);
  const other = secondHeaderMessage(called.headers, rows);
  if (other !== undefined) return headerError(other);
  const evident = evidentOrders(
    called.headers,
    rows.map(({ cells }) => cells),
  );
  const dates = [...new Map([...evident, ...(known.dates ?? [])])];
  const layout = { ...read, ...(dates.length > 0 && { dates }) };
  return { layout, offset, source, row };
};

const OTHER_HEADER =
  'The encoding or delimiter of the saved mapping for these headers gives other headers. Change the mapping, or upload one with the file. The headers are:';

const isReadable = (job: Pick<Job, 'kind' | 'key'>, headers: readonly string[]): boolean =>
  layoutErrors(job, { headers: [...headers] }).length === 0;
