import { buffer } from 'node:stream/consumers';
import * as v from 'valibot';
import { type Alias, identifierKinds } from '../../model/identity.ts';
import { parseExact } from '../../platform/json/parse-exact.ts';
import { type Files, type FileVersion, removeVersions } from '../../platform/storage/files.ts';
import type { Item } from '../../platform/table/entity.ts';
import type { Context } from '../accounts/context.ts';
import type { ProfileResource } from '../profiles/records/profile.ts';
import { type BulkJob, jobStatuses, Rows } from './job.ts';
import { BULK, bulkJobs, importedProfiles, jobsPk, payloadKey } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 1_000;

/** Finds the records of these profiles in retained jobs. */
export const receiptsOf = async (profileIds: readonly string[], { account, table }: Deps): Promise<Item[]> => {
  const found: Item[] = [];
  for (const pk of jobStatuses.map((status) => jobsPk(account, status))) {
    let after: string | undefined;
    do {
      const keys = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== undefined && { after }) });
      const wanted = keys.flatMap(({ gsi1sk }) =>
        profileIds.map((profileId) => importedProfiles.key({ account, job: String(gsi1sk), profileId })),
      );
      const items = await table.getItems(wanted);
      found.push(...items.filter((item) => item !== undefined));
      after = keys.length === PAGE ? String(keys.at(-1)?.gsi1sk) : undefined;
    } while (after !== undefined);
  }
  return found;
};

export const payloadPrefix = (account: string): string => `${BULK}${account}/`;

interface Removal {
  readonly rows: number;
  readonly kept: number;
  readonly apply: () => Promise<void>;
}

/** In the place of a row that was taken out: others keep their numbers. */
const NOBODY: ProfileResource = { type: 'profile', attributes: {} };

/** Takes rows out of what a job was sent, for good. */
export const removeRows = async (
  job: Pick<BulkJob, 'account' | 'id'>,
  gone: ReadonlySet<number>,
  files: Files,
): Promise<void> => {
  const key = payloadKey(job);
  const text = await files.readText(key);
  if (gone.size === 0 || text === undefined) return;
  const { versions } = await files.versions(key);
  const kept = v.parse(Rows, parseExact(text)).map((row, i) => (gone.has(i + 1) ? NOBODY : row));
  await files.write(key, JSON.stringify(kept), 'application/json');
  // Where a bucket keeps no versions, what was written has taken its place.
  await removeVersions(
    versions.filter((one) => one.key === key && one.versionId !== 'null'),
    files,
  );
};

/** What a job was sent, without the rows about somebody. That of one that is under way stays as it is for now. */
export const planPayload = async (
  versions: readonly FileVersion[],
  isTheirs: (identifier: Alias | { readonly kind: 'id'; readonly value: string }) => boolean,
  { account, table, files }: Deps & { readonly files: Files },
): Promise<Removal | undefined> => {
  const current = versions.find(({ isCurrent, isDeleteMarker }) => isCurrent && !isDeleteMarker);
  const older = versions.filter((one) => one !== current);
  const drop = (all: readonly FileVersion[]): Promise<void> => removeVersions(all, files);
  if (!current) return { rows: 0, kept: 0, apply: () => drop(older) };
  const { key, versionId } = current;
  const id = key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
  const job = await table.get(bulkJobs, { account, id });
  // One that failed may be retried: rows that were taken out then fail by themselves.
  if (job?.status === 'queued' || job?.status === 'processing') return { rows: 0, kept: 1, apply: async () => {} };
  const read = await files.read(key, { start: 0, ...(versionId !== 'null' && { version: versionId }) });
  const rows = v.parse(Rows, parseExact((await buffer(read)).toString()));
  const isGone = ({ id, attributes }: ProfileResource): boolean =>
    (id ? isTheirs({ kind: 'id', value: id }) : false) ||
    identifierKinds.some((kind) => {
      const value = attributes[kind];
      return value ? isTheirs({ kind, value }) : false;
    });
  const gone = rows.filter(isGone).length;
  if (gone === 0) return older.length === 0 ? undefined : { rows: 0, kept: 0, apply: () => drop(older) };
  return {
    rows: gone,
    kept: 0,
    apply: async () => {
      const kept = rows.map((row) => (isGone(row) ? NOBODY : row));
      await files.write(key, JSON.stringify(kept), 'application/json');
      // Where a bucket keeps no versions, what was written has taken its place.
      await drop(versions.filter((one) => one.versionId !== 'null'));
    },
  };
};
