import { settingsOf } from '../../../accounts/actions.ts';
import { reportKey } from '../../../imports/job.ts';
import { allImportJobs, changesAbout, failuresAbout, type PersonalRow, rowsAbout } from '../../../imports/of-person.ts';
import { bulkRowsAbout } from '../../../profiles/bulk/of-person.ts';
import type { Item } from '../../../table/entity.ts';
import type { Held } from '../../held.ts';
import { leftOf, type Page, placeIn, type Reach, type Section, wholly } from '../section.ts';

const isImported = ({ kind }: Held['identifiers'][number]): boolean => kind !== 'anonymous_id';

/** Rows of the files that shops import. All files that are still kept are read for it, once. */
export const imports: Section = {
  name: 'imports',
  title: 'Imported files',
  about:
    'The lines about you in files that were imported, and that are still kept: `line` as it stands in the file `file`, `columns` what its columns are called, `problems` why it was not imported, where it was not.',
  columns: ['file', 'imported_at', 'row', 'line', 'columns', 'problems', 'report', 'import_job'],
  isLong: true,
  async *read(held, place, context) {
    const identifiers = held.identifiers.filter(isImported);
    if (identifiers.length === 0) return;
    const { accountSettings: rules } = await settingsOf(context.account, context);
    const all = new Map((await allImportJobs(context.account, context)).map((job) => [job.id, job]));
    for (const { thing, behind } of leftOf([...all.keys()], place)) {
      const job = all.get(thing);
      if (!job) continue;
      const told = (rows: readonly PersonalRow[], more: Item = {}): Item[] =>
        rows.map(({ row, text, problems }) => ({
          file: job.key,
          imported_at: job.createdAt,
          row,
          line: text,
          columns: job.layout?.headers ?? [],
          problems: problems.map(({ column, message }) => (column ? `${column}: ${message}` : message)),
          ...more,
          import_job: job.id,
        }));
      if (behind === OVER) continue;
      for await (const { from, rows } of rowsAbout(identifiers, job, { files: context.imports(), rules })) {
        if (from > Number(behind ?? -1)) yield { records: told(rows), place: placeIn(job.id, String(from)) };
      }
      const failed: PersonalRow[] = [];
      for await (const rows of failuresAbout(identifiers, job, context)) failed.push(...rows);
      const different = [...new Map(failed.map((one) => [one.row, one])).values()];
      yield { records: told(different, { report: reportKey(job.key) }), place: placeIn(job.id, OVER) };
    }
  },
};

/** A place behind all that a job has. */
const OVER = 'over';

export const dryRuns = wholly(
  {
    name: 'dry-runs',
    title: 'Imports that were tried out',
    about: 'What files would have changed of you that were only tried out: nothing of it was stored.',
    columns: ['file', 'tried_at', 'row', 'outcome', 'profile', 'fields', 'event', 'import_job'],
  },
  async (held, context) => {
    const records: Item[] = [];
    for (const job of await allImportJobs(context.account, context)) {
      const { id: import_job, key: file, createdAt: tried_at } = job;
      const changes = await changesAbout(held, job, context.imports());
      records.push(...changes.map((change) => ({ file, tried_at, import_job, ...change })));
    }
    return records;
  },
);

export const bulkImports: Section = {
  name: 'bulk-imports',
  title: 'Imports by calls',
  about: 'What calls that brought many profiles at once said of you, with why it was refused, where it was.',
  columns: ['imported_at', 'row', 'content', 'refused', 'job'],
  async *read(held: Held, place: string | undefined, context: Reach): AsyncGenerator<Page> {
    for await (const { job, rows } of bulkRowsAbout(held, place, context)) {
      const records = rows.map(({ row, profile, error }) => ({
        imported_at: job.createdAt,
        row,
        content: profile ?? null,
        refused: error ?? null,
        job: job.id,
      }));
      yield { records, place: job.id };
    }
  },
};
