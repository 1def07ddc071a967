import { type Command, Option } from 'commander';
import { ACCOUNT, accountOrOnly } from '../cli/account-option.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { type FailedJob, failedJobs, type JobKind, jobKinds, retryJob } from './failed-jobs.ts';

interface JobOptions {
  readonly account?: string;
  readonly id?: string;
  readonly as?: JobKind;
}

export const addJobs = (program: Command, run: Run): void => {
  const jobs = program.command('jobs').description('list and retry failed background jobs');

  jobs
    .command('failed')
    .description('list failed jobs of every kind with the reason')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: JobOptions, { services, output, target }) => {
        const all: FailedJob[] = [];
        for await (const job of failedJobs(await accountOrOnly(account, services), target)) all.push(job);
        output.answer(all, formatTable(all.map((job) => ({ ...job }))));
        if (all.length === 0) output.note('No job has failed.');
      }),
    );

  jobs
    .command('retry <id>')
    .description('resume a failed job')
    .addOption(new Option('--as <kind>', 'the kind of the job').choices(jobKinds).makeOptionMandatory())
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '', as = 'import' }: JobOptions, { services, output, target }) => {
        await retryJob(as, id, await accountOrOnly(account, services), target);
        output.answer({ kind: as, id }, `Queued ${id} again.`);
      }),
    );
};
