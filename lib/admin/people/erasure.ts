import type { Command } from 'commander';
import { deletionJobView } from '../../../functions/api/klaviyo/privacy/deletion-view.ts';
import { type DeletionJob, listRemaining, listRemoved } from '../../../functions/domains/privacy/deletions/job.ts';
import {
  getDeletion,
  listDeletions,
  resumeDeletion,
  startDeletion,
} from '../../../functions/domains/privacy/erasures.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { requireYes, YES } from '../cli/confirmation.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { describePerson, findSubject } from './person.ts';
import { asOption, type SubjectKind } from './person-option.ts';

interface ErasureOptions {
  readonly account?: string;
  readonly id?: string;
  readonly as?: SubjectKind;
}

interface DeleteOptions extends ErasureOptions {
  readonly yes?: boolean;
}

const PAGE_SIZE = 50;

export const addErasure = (privacy: Command, run: Run): void => {
  const command = (usage: string, description: string): Command =>
    privacy
      .command(usage)
      .description(description)
      .option(...ACCOUNT);

  command('delete <person>', 'erase a person permanently')
    .addOption(asOption())
    .option(...YES)
    .action(
      run(async ({ account, id: person = '', as, yes = false }: DeleteOptions, { output, target }) => {
        const { privacy: services, where } = target;
        const context = await inAccount(account, services);
        const { subject, profile } = await findSubject(person, as, context);
        const who = describePerson(person, profile);
        await requireYes(`Permanently erase all data on ${who} on ${where}?`, yes);
        const job = await startDeletion(subject, context);
        output.answer(jsonOf(job), `Started the erasure job ${job.id}.`);
        output.note(`See what it removes: npm run admin -- privacy show ${job.id}`);
      }),
    );

  command('show <job>', 'show what a job has removed and what remains').action(
    run(async ({ account, id = '' }: ErasureOptions, { output, target: { privacy: services } }) => {
      const job = await getDeletion(id, await inAccount(account, services));
      output.answer(jsonOf(job), certificate(job));
    }),
  );

  command('list', 'list erasures, the newest first').action(
    run(async ({ account }: ErasureOptions, { output, target: { privacy: services } }) => {
      const context = await inAccount(account, services);
      const { items } = await listDeletions({ size: PAGE_SIZE }, context);
      const rows = items.map(({ id, status, createdAt, completedAt }) => ({
        id,
        status,
        requested: createdAt,
        complete: completedAt,
      }));
      output.answer(items.map(jsonOf), formatTable(rows));
      if (items.length === 0) output.note('No person was erased.');
    }),
  );

  command('resume <job>', 'resume a job that failed or makes no progress').action(
    run(async ({ account, id = '' }: ErasureOptions, { output, target: { privacy: services } }) => {
      const job = await resumeDeletion(id, await inAccount(account, services));
      output.answer(jsonOf(job), `Resumed ${job.id}.`);
    }),
  );
};

/** The JSON that the API returns. */
const jsonOf = (job: DeletionJob): object => {
  const { id, attributes } = deletionJobView(job, { origin: '' });
  return { id, ...attributes };
};

const certificate = (job: DeletionJob): string => {
  const { id, status, createdAt, removedAt, nextAt, completedAt, profileIds, ledgers, kept, error } = job;
  const times = Object.entries({
    requested: createdAt,
    removed: removedAt,
    'next check': nextAt,
    complete: completedAt,
  });
  return [
    `${id}  ${status}${error === undefined ? '' : `: ${error}`}`,
    ...times.flatMap(([name, at]) => (at === undefined ? [] : [`${name}: ${at}`])),
    `profiles: ${profileIds.join(' ') || 'none'}`,
    '',
    formatTable(listRemoved(job)) || 'Nothing was removed.',
    ...ledgers.map(({ entries, end }) => `ledger of ${entries} entries that ended in ${end}`),
    ...(kept > 0 ? [`${kept} files remain until their imports end`] : []),
    ...listRemaining(job).map(({ place, until }) => `remaining: ${place}, until ${until}`),
  ].join('\n');
};
