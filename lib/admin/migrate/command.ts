import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readStack, stackFile } from '../../local/stack/stack-file.ts';
import { localFolder } from '../../process/environment.ts';
import { Advice } from '../cli/advice.ts';
import { formatTable, type Output, openOutput } from '../cli/output.ts';
import { type ApiClient, type Endpoint, openApiClient } from './api-client.ts';
import { type Destination, importDestination } from './destination.ts';
import { klaviyoSource } from './klaviyo/source.ts';
import { isReconciled, type Report, reconcile } from './reconcile.ts';
import type { Source } from './records.ts';
import { migrate, type Progress } from './run.ts';
import { noCounts, openState, saveState } from './state.ts';

interface DestinationOptions {
  readonly to?: string;
  readonly toKey?: string;
  readonly stackFile?: string;
  readonly json?: boolean;
}

interface KlaviyoOptions extends DestinationOptions {
  readonly key: string;
  readonly from: string;
  readonly state?: string;
  readonly dryRun?: boolean;
}

export const addMigrate = (program: Command): void => {
  const command = program.command('migrate').description('move in from Klaviyo or another deployment, by its API');

  command
    .command('klaviyo')
    .description('profiles with consent and suppressions, lists with members, metrics with events')
    .requiredOption('--key <key>', 'a private key of the source, which may read profiles, lists, metrics and events')
    .option('--from <url>', 'the source, such as another deployment of Tributary', 'https://a.klaviyo.com')
    .option('--to <url>', 'the API of the destination (default: the local cloud)')
    .option('--to-key <key>', 'a private key of the destination (default: that of the local cloud)')
    .option('--state <file>', 'where an interrupted migration continues (default: in .local)')
    .option('--dry-run', 'count what would move, and change nothing')
    .action(async (_: object, own: Command) => {
      const options = own.optsWithGlobals<KlaviyoOptions>();
      const output = openOutput(options.json ?? false);
      const from = { url: options.from, key: options.key };
      const source = klaviyoSource(openApiClient(from));
      if (options.dryRun) return dryRun(source, output);
      const to = destinationOf(options);
      await moveAll({ source, from, to, file: options.state ?? stateFileOf(from, to) }, output);
    });
};

const destinationOf = ({ to, toKey, stackFile: file }: DestinationOptions): Endpoint => {
  if (to !== undefined && toKey !== undefined) return { url: to, key: toKey };
  if (to !== undefined || toKey !== undefined) throw new Advice('Name the destination with --to and --to-key.');
  const stack = readStack(file ?? stackFile);
  if (!stack) throw new Advice('No local cloud is running. Name the destination: --to https://… --to-key pk_…');
  return { url: stack.apiUrl, key: stack.apiKey };
};

/** Different keys are different accounts. */
const stateFileOf = (...endpoints: readonly Endpoint[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(endpoints)).digest('hex').slice(0, 12);
  return join(localFolder, `migration-${hash}.json`);
};

const dryRun = async (source: Source, output: Output): Promise<void> => {
  const counting: Destination = {
    send: async (records) => ({ counts: { ...noCounts, read: records.length }, failedImports: [] }),
  };
  const begun = openState('', source.name, 'nowhere');
  const { units } = await migrate(begun, {
    source,
    destination: counting,
    save: () => undefined,
    onProgress: showProgress(output),
  });
  output.endProgress();
  const rows = (await source.units()).map(({ id, name }) => ({ unit: name, count: units[id]?.read ?? 0 }));
  output.answer(rows, formatTable(rows));
  output.note('Nothing was changed.');
};

interface Move {
  readonly source: Source;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly file: string;
}

const moveAll = async ({ source, from, to, file }: Move, output: Output): Promise<void> => {
  const api: ApiClient = openApiClient(to);
  const begun = openState(file, from.url, to.url);
  if (begun.done.length > 0 || begun.at) output.note(`Continues the migration of ${begun.startedAt}.`);
  const state = await migrate(begun, {
    source,
    destination: importDestination(api),
    save: (next) => saveState(file, next),
    onProgress: showProgress(output),
  });
  output.endProgress();
  const report = await reconcile(state, await source.units(), api);
  // The next run is a new migration, which finds everything there.
  rmSync(file, { force: true });
  if (!isReconciled(report)) process.exitCode = 1;
  output.answer(report, describe(report));
};

const showProgress =
  (output: Output) =>
  ({ unit, number, of, counts, secondsLeft }: Progress): void => {
    const left = secondsLeft === undefined ? '' : `, about ${secondsLeft} s left`;
    const text = `${number} of ${of}, ${unit.name}: ${counts.read} read, ${counts.stored} stored${left}`;
    output.progress({ unit: unit.name, ...counts, seconds_left: secondsLeft ?? null }, text);
  };

const describe = ({ units, compared, differences, failedImports }: Report): string =>
  [
    formatTable(
      units.map(({ unit, read, stored, failed, leftOut, destination }) => ({
        unit,
        read,
        stored,
        failed,
        'left out': leftOut,
        destination,
      })),
    ),
    '',
    `Compared ${compared} records field by field: ${differences.length} differences.`,
    ...differences.map(
      ({ person, field, source, destination }) =>
        `${person}, ${field}: ${JSON.stringify(source)} in the source, ${JSON.stringify(destination)} in the destination`,
    ),
    ...failedImports.map((id) => `Failed rows: npm run admin -- imports rows ${id} --out failed.csv`),
  ].join('\n');
