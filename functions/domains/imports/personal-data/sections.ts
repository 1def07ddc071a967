import type { Person } from '../../../model/personal-data/person.ts';
import {
  type ExportDeps,
  partsFrom,
  placeInPart,
  type Section,
  sectionOfRecords,
} from '../../../model/personal-data/section.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { readSettings } from '../../accounts/actions.ts';
import type { Job } from '../jobs/job.ts';
import { allImportJobs } from '../jobs/lookup.ts';
import { fileNameMatcher } from '../names/file-name.ts';
import { type PersonalRow, readPersonChanges, readPersonFailures, readPersonRows } from '../person-rows.ts';
import { reportKey } from '../places/report-keys.ts';

const isImported = ({ kind }: Person['identifiers'][number]): boolean => kind !== 'anonymous_id';

/** Rows of imported files. All retained files are read once. */
export const imports: Section = {
  name: 'imports',
  order: 150,
  title: 'Imported files',
  about:
    'The lines about you in imported files that we still store: `line` is the text in the file `file`, `columns` are its column names, and `problems` are the reasons if it was not imported. Includes files that are named after you.',
  columns: ['file', 'imported_at', 'row', 'line', 'columns', 'problems', 'report', 'import_job'],
  isLong: true,
  async *read(held, place, context) {
    const identifiers = held.identifiers.filter(isImported);
    if (held.identifiers.length === 0) return;
    const { accountSettings: rules } = await readSettings(context.account, context);
    const all = new Map((await allImportJobs(context.account, context)).map((job) => [job.id, job]));
    for (const { thing, behind } of partsFrom(place, [...all.keys()])) {
      const job = all.get(thing);
      if (!job) continue;
      if (behind === OVER) continue;
      const about = { file: job.key, imported_at: job.createdAt, import_job: job.id };
      const failed =
        identifiers.length > 0 ? await failedIn(job, identifiers, context) : new Map<number, PersonalRow>();
      const recordsOf = (rows: readonly PersonalRow[]): Item[] =>
        rows.map(({ row, text, problems }) => {
          const failure = failed.get(row);
          failed.delete(row);
          return {
            ...about,
            row,
            line: text,
            columns: job.layout?.headers ?? [],
            problems: (failure?.problems ?? problems).map(({ column, message }) =>
              column ? `${column}: ${message}` : message,
            ),
            ...(failure && { report: reportKey(job.key) }),
          };
        });
      let count = 0;
      for await (const { from, rows } of readPersonRows(identifiers, job, { files: context.imports(), rules })) {
        const records = recordsOf(rows);
        count += records.length;
        if (from > Number(behind ?? -1)) yield { records, place: placeInPart(job.id, String(from)) };
      }
      // Jobs whose file has expired.
      const rest = recordsOf([...failed.values()]);
      const isNamed = count + rest.length === 0 && fileNameMatcher(held.identifiers)(job.key);
      yield { records: isNamed ? [about] : rest, place: placeInPart(job.id, OVER) };
    }
  },
};

/** By row: a failed row is listed once, whether or not its file still exists. */
const failedIn = async (
  job: Job,
  identifiers: Person['identifiers'],
  context: ExportDeps,
): Promise<Map<number, PersonalRow>> => {
  const failed = new Map<number, PersonalRow>();
  for await (const rows of readPersonFailures(identifiers, job, context))
    for (const one of rows) failed.set(one.row, one);
  return failed;
};

/** The position after all rows of a job. */
const OVER = 'over';

export const dryRuns = sectionOfRecords(
  {
    name: 'dry-runs',
    order: 170,
    title: 'Dry runs of imports',
    about: 'Changes to your data that dry runs of imports have found. None of them was stored.',
    columns: ['file', 'tried_at', 'row', 'outcome', 'profile', 'fields', 'event', 'import_job'],
  },
  async (held, context) => {
    const records: Item[] = [];
    for (const job of await allImportJobs(context.account, context)) {
      const { id: import_job, key: file, createdAt: tried_at } = job;
      const changes = await readPersonChanges(held, job, context.imports());
      records.push(...changes.map((change) => ({ file, tried_at, import_job, ...change })));
    }
    return records;
  },
);
