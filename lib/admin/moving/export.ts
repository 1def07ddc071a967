import { existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, type Command, Option } from 'commander';
import { linkToFiles, startExport } from '../../../functions/domains/exports/actions.ts';
import { type ExportJob, type ExportKind, exportFormats } from '../../../functions/domains/exports/records/job.ts';
import { exportJob } from '../../../functions/domains/exports/run.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { createPrivateFile, download } from '../cli/download.ts';
import type { Output } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

const kinds = { people: 'profiles', lists: 'lists', events: 'events', consent: 'consent' } as const satisfies Record<
  string,
  ExportKind
>;

interface ExportOptions {
  readonly id?: keyof typeof kinds;
  readonly account?: string;
  readonly format: ExportJob['format'];
  readonly out?: string;
}

export const addExport = (program: Command, run: Run): void => {
  program
    .command('export')
    .description('write all people, list members, events or the consent ledger to a file')
    .addArgument(new Argument('<what>', 'what to export').choices(Object.keys(kinds)))
    .addOption(
      new Option('--format <format>', 'csv can be imported again, ndjson has everything')
        .choices(exportFormats)
        .default('csv'),
    )
    .option('--out <file>', 'default: the name of the export')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = 'people', format, out }: ExportOptions, { output, target: { privacy: services } }) => {
        if (out !== undefined && existsSync(out)) throw new Advice(`${out} exists. Choose another name.`);
        const context = await inAccount(account, services);
        const started = await startExport({ kind: kinds[id], format }, context);
        const job = await watch(started, context, output);
        const names = await downloadAll(job, out, context);
        const leftOut = job.files.reduce((sum, file) => sum + file.leftOut, 0);
        output.answer(
          { job: job.id, files: names, records: job.records, left_out: leftOut },
          `Wrote ${names.join(', ')}: ${job.records - leftOut} records.`,
        );
        if (leftOut > 0) output.note(`CSV cannot express ${leftOut} records. --format ndjson has them.`);
        output.note('The files are personal data. Delete them when they are no longer needed.');
      }),
    );
};

const POLL_MS = 1_000;

const watch = async ({ id, account }: ExportJob, services: Services, output: Output): Promise<ExportJob> => {
  for (let shown = ''; ; await sleep(POLL_MS)) {
    const job = await exportJob.get({ account, id }, services);
    const { status, records } = job;
    const line = `${status}: ${records} records`;
    if (line !== shown) output.progress({ job: id, status, records }, line);
    shown = line;
    if (status === 'queued' || status === 'processing') continue;
    output.endProgress();
    if (status === 'complete') return job;
    if (status === 'failed')
      throw new Advice(`${job.error ?? 'It failed.'} Retry it: npm run admin -- jobs retry ${id} --as export`);
    throw new Advice('A person was erased meanwhile, or the export was canceled. Start it again.');
  }
};

/** Downloads the files by links, as the API does, so that the downloads are recorded. */
const downloadAll = async (job: ExportJob, out: string | undefined, services: Services): Promise<string[]> => {
  const { links } = await linkToFiles(job, services);
  if (links.length === 0) throw new Advice('The files have expired. Run the command again.');
  const names: string[] = [];
  for (const [i, { name, url }] of links.entries()) {
    const file = out === undefined ? name : i === 0 ? out : `${out}.${i + 1}`;
    await pipeline(await download(url), createPrivateFile(file));
    names.push(file);
  }
  return names;
};
