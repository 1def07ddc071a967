import { pipeline } from 'node:stream/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { listAccounts } from '../../../functions/domains/accounts/actions.ts';
import {
  importChanges,
  importFailures,
  importProgress,
  linkToFailedRows,
  stopImportJob,
} from '../../../functions/domains/imports/actions.ts';
import { ignoredFiles } from '../../../functions/domains/imports/ignored.ts';
import { type JobStatus, statuses } from '../../../functions/domains/imports/jobs/job.ts';
import { getImportJob, listImportJobs } from '../../../functions/domains/imports/jobs/lookup.ts';
import { total } from '../../../functions/domains/imports/outcomes/counts.ts';
import { importDryRun } from '../../../functions/domains/imports/uploads/copy.ts';
import { retryImportJob } from '../../../functions/domains/imports/uploads/retry.ts';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { changeJson, failureJson, importJson } from '../cli/api-json.ts';
import { contentAt, ownersFile } from '../cli/download.ts';
import { columns, harmless } from '../cli/output.ts';
import type { CommandContext, Run } from '../deployment/command.ts';
import { addDrop } from './drop.ts';
import { report, summary } from './report.ts';
import { follow } from './watch.ts';

interface OneImport {
  readonly account?: string;
  readonly id?: string;
}

interface Listing {
  readonly account?: string;
  readonly status?: JobStatus;
  readonly limit: number;
  readonly ignored?: boolean;
}

const SHOWN_FAILURES = 10;

export const addImports = (program: Command, run: Run): void => {
  const imports = program.command('imports').description('files that were dropped into the imports bucket');
  addDrop(imports, run);
  addList(imports, run);
  addShow(imports, run);
  addRows(imports, run);
  addWatch(imports, run);
  addApply(imports, run);
  addRetries(imports, run);
  addStops(imports, run);
};

const addOne = (imports: Command, name: string, description: string): Command =>
  imports.command(`${name} <id>`).description(description).option('--account <id>', 'by default the only one there is');

const addList = (imports: Command, run: Run): void => {
  imports
    .command('list')
    .description('list imports, the newest first')
    .option('--account <id>', 'by default the only one there is')
    .addOption(new Option('--status <status>', 'only those').choices([...statuses]))
    .option('--limit <count>', 'at most so many', count, 20)
    .option('--ignored', 'instead, files in the bucket that no import takes up, and what to do about them')
    .action(
      run(async ({ account, status, limit, ignored = false }: Listing, { services, output }) => {
        if (ignored) return listIgnored({ services, output });
        const of = await accountOrOnly(account, services);
        const asked = { size: limit, ...(status && { statuses: [status] }) };
        const { items } = await listImportJobs(of, services, asked);
        const all = await inParallel(items, 10, async (job) => ({
          job,
          progress: await importProgress(job, services),
        }));
        output.answer(
          all.map(({ job, progress }) => importJson(job, progress)),
          columns(all.map(summary)),
        );
        if (items.length === 0)
          output.note('Nothing was imported. Drop a CSV file into the imports bucket, under profiles/ or events/.');
      }),
    );
};

const addShow = (imports: Command, run: Run): void => {
  addOne(
    imports,
    'show',
    'what became of a file, the first of its failed rows, and of a dry run what it would change',
  ).action(
    run(async ({ account, id = '' }: OneImport, { services, output }) => {
      const job = await getImportJob(await accountOrOnly(account, services), id, services);
      const progress = await importProgress(job, services);
      const { failures } =
        progress.counts.failed > 0
          ? await importFailures(job, { after: 0, size: SHOWN_FAILURES }, services)
          : { failures: [] };
      const changes = await importChanges(job, services);
      const json = {
        ...importJson(job, progress),
        errors: failures.map((failure) => failureJson(job, failure)),
        changes: changes.map((change) => changeJson(job, change)),
      };
      output.answer(json, report(job, progress, { failures, changes }));
    }),
  );
};

const addRows = (imports: Command, run: Run): void => {
  addOne(imports, 'rows', 'the failed rows of an import, as a file to mend and to drop again')
    .option('--out <file>', 'write them there instead of printing them')
    .action(
      run(async ({ account, id = '', out }: OneImport & { out?: string }, { services, output }) => {
        const job = await getImportJob(await accountOrOnly(account, services), id, services);
        const { url } = await linkToFailedRows(job, services);
        const isToFile = out !== undefined;
        await pipeline(await contentAt(url), isToFile ? ownersFile(out) : process.stdout, { end: isToFile });
        if (out !== undefined) output.answer({ file: out }, `Wrote ${out}. Mend it, and drop it.`);
      }),
    );
};

const addWatch = (imports: Command, run: Run): void => {
  addOne(imports, 'watch', 'follow an import until it is over').action(
    run(async ({ account, id = '' }: OneImport, { services, output }) =>
      follow({ account: await accountOrOnly(account, services), id }, { services, output }),
    ),
  );
};

const addApply = (imports: Command, run: Run): void => {
  addOne(imports, 'apply', 'import the very file that a dry run has read').action(
    run(async ({ account, id = '' }: OneImport, { services, output }) => {
      const of = await accountOrOnly(account, services);
      const tried = await getImportJob(of, id, services);
      const job = await importDryRun(tried, { ...services, account: of });
      output.note(`Importing ${tried.key} as ${job.id}.`);
      await follow({ account: of, id: job.id }, { services, output });
    }),
  );
};

const addRetries = (imports: Command, run: Run): void => {
  for (const [name, description] of [
    ['retry', 'go on with one that failed, was cancelled or is stuck'],
    ['resume', 'go on with one that is paused'],
  ] as const) {
    addOne(imports, name, description).action(
      run(async ({ account, id = '' }: OneImport, { services, output }) => {
        const job = await retryImportJob(await accountOrOnly(account, services), id, services);
        const progress = await importProgress(job, services);
        const settled = total(progress.counts);
        output.answer(
          importJson(job, progress),
          `Queued ${id} again: it goes on behind the ${settled} rows that are settled.`,
        );
        output.note(`\nFollow it: npm run admin -- imports watch ${id}`);
      }),
    );
  }
};

const addStops = (imports: Command, run: Run): void => {
  for (const [name, to, again, description] of [
    ['pause', 'paused', 'resume', 'stop one for a while, after the rows that are settled'],
    ['cancel', 'cancelled', 'retry', 'stop one after the rows that are settled, which stay'],
  ] as const) {
    addOne(imports, name, description).action(
      run(async ({ account, id = '' }: OneImport, { services, output }) => {
        const job = await stopImportJob(await accountOrOnly(account, services), id, { ...services, to });
        const progress = await importProgress(job, services);
        output.answer(importJson(job, progress), `${id} is ${to}, with ${total(progress.counts)} rows settled.`);
        output.note(`\nGo on with it: npm run admin -- imports ${again} ${id}`);
      }),
    );
  }
};

const listIgnored = async ({ services, output }: Pick<CommandContext, 'services' | 'output'>): Promise<void> => {
  const { ignored, isWhole } = await ignoredFiles(await listAccounts(services), services.imports());
  const lines = ignored.map(({ key, advice }) => `${harmless(key)}\n  ${harmless(advice)}`);
  output.answer(ignored, lines.join('\n'));
  if (ignored.length === 0) output.note('Every file in the bucket was taken up.');
  if (!isWhole) output.note('\nThere are more files in the bucket than were looked at.');
};

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) throw new InvalidArgumentError('it is from 1 to 100');
  return number;
};
