import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAccount } from '../../functions/domains/accounts/actions.ts';
import { uploadReader } from '../../functions/domains/imports/contents/upload.ts';
import { cutParts } from '../../functions/domains/imports/csv/cut.ts';
import { getImportJob } from '../../functions/domains/imports/jobs/lookup.ts';
import { type RowOutcome, total } from '../../functions/domains/imports/outcomes/counts.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import { readPieces } from '../../functions/platform/storage/ranges.ts';
import { BUCKET, servicesAt, startCloud } from './cloud/start.ts';
import { cpuMs, type Figure, least, leastInTurns } from './figure.ts';
import { type Kind, writeImportFile } from './import-file.ts';
import { jobOf, runImport } from './import-run.ts';
import { sharesOf, stageNames } from './stages.ts';

const ROWS = 20_000;
/** After the first few hardly anything is compiled any more, as in the files that speed matters for. */
const FILES = 8;
/** A shop's customers have some ten events each. */
const PEOPLE = ROWS / 10;
const SEED = 7;

/** Rows that the whole importer takes in a second of processor time, by what becomes of them, and where it goes. */
export const importFigures = async (): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const cloud = await startCloud(folder);
  try {
    const services = servicesAt(cloud.endpoint);
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const accountOf = async () => (await createAccount({ name: 'Bench' }, services)).id;
    const rowMs = async (given: Given) => (await importFile({ folder, ...given }, services)) / ROWS;

    // Each file is an account's first: what it says is new to it.
    const made = await least(FILES, async () =>
      rowMs({ account: await accountOf(), kind: 'profiles', becomes: 'created' }),
    );
    const events = await least(FILES, async () =>
      rowMs({ account: await accountOf(), kind: 'events', becomes: 'created', people: PEOPLE }),
    );
    const account = await accountOf();
    await rowMs({ account, kind: 'profiles', becomes: 'created' });
    const unchanged = await rowMs({ account, kind: 'profiles', becomes: 'unchanged' });
    const updated = await rowMs({ account, kind: 'profiles', becomes: 'updated', size: 2 });
    // Events that are nearly all of somebody else, whom nobody knows; then of the same people, then the same events.
    const ofNewPeople = await rowMs({ account, kind: 'events', becomes: 'created' });
    const known = await rowMs({ account, kind: 'events', becomes: 'created', name: 'Viewed Product' });
    const again = await rowMs({ account, kind: 'events', becomes: 'duplicate', name: 'Viewed Product' });
    const shop = await accountOf();
    const products = await rowMs({ account: shop, kind: 'catalog', becomes: 'created' });
    const sameProducts = await rowMs({ account: shop, kind: 'catalog', becomes: 'unchanged' });
    const newPrices = await rowMs({ account: shop, kind: 'catalog', becomes: 'updated', size: 2 });
    const migrations = await migrationFigures({ made, unchanged }, accountOf, rowMs);
    clearInterval(watch);
    const figure = (name: string, ms: number): Figure => ({
      name,
      value: 1_000 / ms,
      unit: 'rows/CPU-s',
      better: 'higher',
    });
    const sampled = async (kind: Kind) =>
      rowMs({ account: await accountOf(), kind, becomes: 'created', people: PEOPLE });
    return [
      { ...figure('csv.profiles.rows', made), aim: 20_000 },
      figure('csv.profiles.unchanged', unchanged),
      figure('csv.profiles.updated', updated),
      { ...figure('csv.events.rows', events), aim: 20_000 },
      ...migrations,
      figure('csv.events.newPeople', ofNewPeople),
      figure('csv.events.known', known),
      figure('csv.events.duplicates', again),
      figure('csv.catalog.rows', products),
      figure('csv.catalog.unchanged', sameProducts),
      figure('csv.catalog.updated', newPrices),
      { name: 'csv.peakMemory', value: (peak - before) / 1024 / 1024, unit: 'MB above start', better: 'lower' },
      await planning(folder, services),
      ...(await stages('profiles', made, () => sampled('profiles'))),
      ...(await stages('events', events, () => sampled('events'))),
    ];
  } finally {
    cloud.stop();
    rmSync(folder, { recursive: true });
  }
};

/** People who join a list, opt in, or both, beside people alone: new ones, and the same file again. */
const migrationFigures = async (
  alone: { readonly made: number; readonly unchanged: number },
  accountOf: () => Promise<string>,
  rowMs: (given: Given) => Promise<number>,
): Promise<Figure[]> => {
  const figures: Figure[] = [];
  const figure = (name: string, value: number): Figure => ({ name, value, unit: 'x people alone', better: 'higher' });
  for (const [name, more] of [
    ['list', { list: 'club' }],
    ['consent', { hasConsent: true }],
    ['listAndConsent', { list: 'club', hasConsent: true }],
  ] as const) {
    let account = '';
    const made = await least(2, async () => {
      account = await accountOf();
      return rowMs({ account, kind: 'profiles', becomes: 'created', ...more });
    });
    const again = await rowMs({ account, kind: 'profiles', becomes: 'unchanged', ...more });
    figures.push(
      { ...figure(`csv.profiles.${name}`, alone.made / made), ...(name === 'listAndConsent' && { aim: 0.6 }) },
      figure(`csv.profiles.${name}.unchanged`, alone.unchanged / again),
    );
  }
  return figures;
};

let files = 0;

interface Given {
  readonly account: string;
  readonly kind: Kind;
  readonly size?: number;
  readonly people?: number;
  /** Of the file: events have the metric that it is called by. */
  readonly name?: string;
  readonly hasConsent?: boolean;
  /** Of the mapping. */
  readonly list?: string;
  /** What nearly all rows have to become. */
  readonly becomes: RowOutcome;
}

/** Milliseconds of processor time from the notice of a file to the end of its import. */
const importFile = async (
  { account, kind, folder, name = 'rows', list, becomes, ...file }: Given & { readonly folder: string },
  services: Services,
): Promise<number> => {
  const key = `${kind}/${account}/${files++}/${name}.csv`;
  mkdirSync(dirname(join(folder, BUCKET, key)), { recursive: true });
  const path = join(folder, BUCKET, key);
  const { failed } = await writeImportFile(path, { kind, rows: ROWS, seed: SEED, ...file });
  if (list !== undefined) writeFileSync(path.replace('.csv', '.mapping.json'), JSON.stringify({ list }));
  const ms = await cpuMs(() => runImport(key, services));
  const { status, counts } = await getImportJob(account, jobOf(key), services);
  const isAsMeant = counts.failed === failed && total(counts) === ROWS && counts[becomes] > 0.9 * ROWS;
  if (status !== 'complete' || !isAsMeant) throw new Error(`${key}: ${status} ${JSON.stringify(counts)}`);
  return ms;
};

/** Where the processor time of a row goes: the whole of an import that nobody watches, by the shares of one that is sampled. */
const stages = async (kind: Kind, rowMs: number, sampled: () => Promise<unknown>): Promise<Figure[]> => {
  const shares = await sharesOf(sampled);
  return stageNames.map((stage) => ({
    name: `csv.${kind}.${stage}`,
    value: rowMs * 1_000 * shares[stage],
    unit: 'us of CPU a row',
    better: 'lower',
  }));
};

/** How fast a planner finds the ends of records, as a share of how fast the bytes alone are read, both through S3's client. */
const planning = async (folder: string, services: Services): Promise<Figure> => {
  const key = 'planning.csv';
  const path = join(folder, BUCKET, key);
  await writeImportFile(path, { kind: 'profiles', rows: 1_000_000, seed: SEED });
  const size = statSync(path).size;
  const read = uploadReader({ key }, services.imports());
  const bytes = () => readPieces(read, 0, size);
  const alone = async () => {
    for await (const piece of bytes()) if (piece.length === 0) throw new Error('A piece is empty.');
  };
  const cut = async () => {
    const cutting = { offset: 0, row: 0, delimiter: ',', chunkBytes: 32 * 1024 * 1024 };
    for await (const part of cutParts(bytes(), cutting)) if (part.to === 0) throw new Error('A part is empty.');
  };
  const [reading, planned] = await leastInTurns(8, [() => cpuMs(alone), () => cpuMs(cut)]);
  return { name: 'csv.planner', value: reading / planned, unit: 'x reading alone', better: 'higher', aim: 0.5 };
};
