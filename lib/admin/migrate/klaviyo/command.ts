import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import { formatTable, type Output, openOutput } from '../../cli/output.ts';
import { type ApiClient, type Endpoint, openApiClient } from '../transfer/api-client.ts';
import { type Destination, importDestination } from '../transfer/destination.ts';
import {
  type DestinationOptions,
  destinationOf,
  showProgress,
  stateFileOf,
  withDestination,
} from '../transfer/options.ts';
import type { Source } from '../transfer/records.ts';
import { migrate } from '../transfer/run.ts';
import { noCounts, openState, saveState } from '../transfer/state.ts';
import { isReconciled, type Report, reconcile } from './reconcile.ts';
import { klaviyoSource } from './source.ts';

interface KlaviyoOptions extends DestinationOptions {
  readonly key: string;
  readonly from: string;
  readonly state?: string;
  readonly dryRun?: boolean;
}

export const addKlaviyo = (migrations: Command): void => {
  withDestination(migrations.command('klaviyo'))
    .description('profiles with consent and suppressions, lists with members, metrics with events, and the catalog')
    .requiredOption(
      '--key <key>',
      'a private key of the source, which may read profiles, lists, metrics, events and catalogs',
    )
    .option('--from <url>', 'the source, such as another deployment of Tributary', 'https://a.klaviyo.com')
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
