import { createHash, randomUUID } from 'node:crypto';
import { getImportJob } from '../../../../functions/domains/imports/jobs/lookup.ts';
import type { RowOutcome } from '../../../../functions/domains/imports/outcomes/counts.ts';
import { jobOf, runImport } from '../../import-run.ts';
import { emailOf, timeOf } from '../fill.ts';
import { CLUB, type Ground, MANY, type Operation, type Running } from '../operation.ts';
import { leave } from './lists.ts';

interface File {
  readonly kind: 'profiles' | 'events';
  readonly header: string;
  readonly rows: readonly string[];
  readonly mapping?: object;
}

/** Drops a file in the bucket and imports it, by the worker that a queue starts. All its rows have to become the same. */
const dropped = async (
  { account, services }: Running,
  { kind, header, rows, mapping }: File,
  becomes?: RowOutcome,
): Promise<undefined> => {
  const name = `${kind}/${account}/${randomUUID()}/Bought`;
  const files = services.imports();
  if (mapping) await files.write(`${name}.mapping.json`, JSON.stringify(mapping), 'application/json');
  const body = [header, ...rows, ''].join('\n');
  const etag = createHash('md5').update(body).digest('hex');
  await files.write(`${name}.csv`, body, 'text/csv');
  await runImport(`${name}.csv`, services, etag);
  const { status, counts } = await getImportJob(account, jobOf(`${name}.csv`, etag), services);
  const isAsMeant = becomes === undefined ? counts.failed === 0 : counts[becomes] === MANY;
  if (status !== 'complete' || !isAsMeant) throw new Error(`${name}: ${status} ${JSON.stringify(counts)}`);
  return undefined;
};

const people = ({ known }: Ground, column: string, value: string, more: Partial<File> = {}): File => ({
  kind: 'profiles',
  header: `Email,${column}`,
  rows: known.map((id) => `${emailOf(id)},${value}`),
  ...more,
});

const events = ({ owners }: Ground, from: number): File => ({
  kind: 'events',
  header: 'Email,Timestamp,SKU',
  rows: owners.map((id, i) => `${emailOf(id)},${timeOf(from + i)},T-1`),
});

/** Another file each time that says the same: of one file it is known what was done with its rows. */
const likewise = (ground: Ground, round: number, more: Partial<File> = {}): File =>
  people(ground, `City,Note ${round}`, 'London,', more);

const CONSENT = 'Email Marketing Consent';

const subscribed = (ground: Ground, now: Date): File =>
  people(ground, `${CONSENT},${CONSENT} Timestamp`, `Subscribed,${now.toISOString()}`);

/** A file of fifty rows, with what a file takes by itself. */
const file = (
  name: string,
  becomes: RowOutcome | undefined,
  of: (ground: Ground, round: number, now: Date) => File,
  prepare?: Operation['prepare'],
): Operation => ({
  name,
  runs: 5,
  ...(prepare && { prepare }),
  run: (world, ground, n) => dropped(world, of(ground, n, world.services.now()), becomes),
});

export const fileOperations: readonly Operation[] = [
  file('50 new profiles', 'created', (_, n) => ({
    kind: 'profiles',
    header: 'Email,First Name',
    rows: Array.from({ length: MANY }, (_person, i) => `row-${n}-${i}@example.com,Ada`),
  })),
  file('50 known profiles, changed', 'updated', (ground, n) => people(ground, 'First Name', `Grace ${n}`)),
  file(
    '50 known profiles, unchanged',
    'unchanged',
    (ground, n) => likewise(ground, n),
    (world, ground) => dropped(world, people(ground, 'City', 'London')),
  ),
  file('50 known profiles that subscribe', 'updated', (ground, _, now) => subscribed(ground, now)),
  file(
    '50 known profiles that join a list',
    // Some of them have opted out of it, and stay off.
    undefined,
    (ground, n) => likewise(ground, n, { mapping: { list: CLUB } }),
    (world, { known }) => leave(world, known),
  ),
  file('50 new events', 'created', (ground, n) => events(ground, -20_000_000 - n * MANY)),
  file(
    '50 duplicate events',
    'duplicate',
    (ground) => events(ground, -10_000_000),
    (world, ground) => dropped(world, events(ground, -10_000_000)),
  ),
];
