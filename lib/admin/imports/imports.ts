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
import { ignoredFiles } from '../../../functions/domains/imports/ignored-files.ts';
import { type JobStatus, statuses } from '../../../functions/domains/imports/jobs/job.ts';
import { getImportJob, listImportJobs } from '../../../functions/domains/imports/jobs/lookup.ts';
import { total } from '../../../functions/domains/imports/outcomes/counts.ts';
import { importDryRun } from '../../../functions/domains/imports/uploads/copy.ts';
import { retryImportJob } from '../../../functions/domains/imports/uploads/retry.ts';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { ACCOUNT, accountOrOnly } from '../cli/account-option.ts';
import { changeJson, failureJson, importJson } from '../cli/api-json.ts';
import { createPrivateFile, download } from '../cli/download.ts';
import { escapeControls, formatTable } from '../cli/output.ts';
import type { CommandContext, Run } from '../deployment/command.ts';
import { addDrop } from './drop.ts';
import { report, summary } from './report.ts';
import { watchImport } from './watch.ts';

interface OneImport {
  readonly account?: string;
  readonly id?: string;
}

interface ListOptions {
  readonly account?: string;
  readonly status?: JobStatus;
  readonly limit: number;
  readonly ignored?: boolean;
}

const SHOWN_FAILURES = 10;

export const addImports = (program: Command, run: Run): void => {
  const imports = program.command('imports').description('import CSV files, and watch, stop, resume and list imports');
  addDrop(imports, run);
  addList(imports, run);
  addShow(imports, run);
  addRows(imports, run);
  addWatch(imports, run);
  addApply(imports, run);
  addRetries(imports, run);
  addStops(imports, run);
};

const addImportCommand = (imports: Command, name: string, description: string): Command =>
  imports
    .command(`${name} <id>`)
    .description(description)
    .option(...ACCOUNT);

const addList = (imports: Command, run: Run): void => {
  imports
    .command('list')
    .description('list imports, newest first')
    .option(...ACCOUNT)
    .addOption(new Option('--status <status>', 'only imports with this status').choices([...statuses]))
    .option('--limit <count>', 'how many to list', count, 20)
    .option('--ignored', 'list instead the files in the bucket that are not imported, and what to do about them')
    .action(
      run(async ({ account, status, limit, ignored = false }: ListOptions, { services, output }) => {
        if (ignored) return listIgnored({ services, output });
        const of = await accountOrOnly(account, services);
        const page = { size: limit, ...(status && { statuses: [status] }) };
        const { items } = await listImportJobs(of, services, page);
        const all = await inParallel(items, 10, async (job) => ({
          job,
          progress: await importProgress(job, services),
        }));
        output.answer(
          all.map(({ job, progress }) => importJson(job, progress)),
          formatTable(all.map(summary)),
        );
        if (items.length === 0)
          output.note(
            'There is no import yet. Drop a CSV file into the imports bucket, below profiles/, events/ or catalog/.',
          );
      }),
    );
};

const addShow = (imports: Command, run: Run): void => {
  addImportCommand(
    imports,
    'show',
    'show the result of an import, its first failed rows, and for a dry run what it would change',
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
  addImportCommand(imports, 'rows', 'print the failed rows of an import as a file to correct and import again')
    .option('--out <file>', 'write to this file instead of printing')
    .action(
      run(async ({ account, id = '', out }: OneImport & { out?: string }, { services, output }) => {
        const job = await getImportJob(await accountOrOnly(account, services), id, services);
        const { url } = await linkToFailedRows(job, services);
        const isToFile = out !== undefined;
        await pipeline(await download(url), isToFile ? createPrivateFile(out) : process.stdout, { end: isToFile });
        if (out !== undefined) output.answer({ file: out }, `Wrote ${out}. Correct the rows, then import the file.`);
      }),
    );
};

const addWatch = (imports: Command, run: Run): void => {
  addImportCommand(imports, 'watch', 'watch an import until it ends').action(
    run(async ({ account, id = '' }: OneImport, { services, output }) =>
      watchImport({ account: await accountOrOnly(account, services), id }, { services, output }),
    ),
  );
};

const addApply = (imports: Command, run: Run): void => {
  addImportCommand(imports, 'apply', 'import the file of a dry run').action(
    run(async ({ account, id = '' }: OneImport, { services, output }) => {
      const of = await accountOrOnly(account, services);
      const dryRun = await getImportJob(of, id, services);
      const job = await importDryRun(dryRun, { ...services, account: of });
      output.note(`Importing ${dryRun.key} as ${job.id}.`);
      await watchImport({ account: of, id: job.id }, { services, output });
    }),
  );
};

const addRetries = (imports: Command, run: Run): void => {
  for (const [name, description] of [
    ['retry', 'resume an import that failed, was cancelled or makes no progress'],
    ['resume', 'resume a paused import'],
  ] as const) {
    addImportCommand(imports, name, description).action(
      run(async ({ account, id = '' }: OneImport, { services, output }) => {
        const job = await retryImportJob(await accountOrOnly(account, services), id, services);
        const progress = await importProgress(job, services);
        const processed = total(progress.counts);
        output.answer(
          importJson(job, progress),
          `Queued ${id} again: it continues after the ${processed} processed rows.`,
        );
        output.note(`\nWatch it: npm run admin -- imports watch ${id}`);
      }),
    );
  }
};

const addStops = (imports: Command, run: Run): void => {
  for (const [name, to, opposite, description] of [
    ['pause', 'paused', 'resume', 'pause an import; processed rows stay'],
    ['cancel', 'cancelled', 'retry', 'cancel an import; processed rows stay'],
  ] as const) {
    addImportCommand(imports, name, description).action(
      run(async ({ account, id = '' }: OneImport, { services, output }) => {
        const job = await stopImportJob(await accountOrOnly(account, services), id, { ...services, to });
        const progress = await importProgress(job, services);
        output.answer(importJson(job, progress), `${id} is ${to}, with ${total(progress.counts)} rows processed.`);
        output.note(`\nResume it: npm run admin -- imports ${opposite} ${id}`);
      }),
    );
  }
};

const listIgnored = async ({ services, output }: Pick<CommandContext, 'services' | 'output'>): Promise<void> => {
  const { ignored, isWhole } = await ignoredFiles(await listAccounts(services), services.imports());
  const lines = ignored.map(({ key, advice }) => `${escapeControls(key)}\n  ${escapeControls(advice)}`);
  output.answer(ignored, lines.join('\n'));
  if (ignored.length === 0) output.note('Every file in the bucket was imported.');
  if (!isWhole) output.note('\nThe bucket has more files than were checked.');
};

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100)
    throw new InvalidArgumentError('Write a whole number from 1 to 100.');
  return number;
};
