import type { Command } from 'commander';
import { deletionJobView } from '../../../functions/api/klaviyo/privacy/deletion-view.ts';
import { type DeletionJob, remainingOf, removedIn } from '../../../functions/domains/privacy/deletions/job.ts';
import {
  findDeletion,
  listDeletions,
  resumeDeletion,
  startDeletion,
} from '../../../functions/domains/privacy/erasures.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { requireYes, YES } from '../cli/confirmation.ts';
import { columns } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { describePerson, findSubject } from './person.ts';
import { asOption, type SubjectKind } from './person-option.ts';

interface Named {
  readonly account?: string;
  readonly id?: string;
  readonly as?: SubjectKind;
}

interface Deletion extends Named {
  readonly yes?: boolean;
}

const SHOWN = 50;

export const addErasure = (privacy: Command, run: Run): void => {
  const command = (usage: string, description: string): Command =>
    privacy.command(usage).description(description).option('--account <id>', 'by default the only one there is');

  command('delete <person>', 'erase a person, for good')
    .addOption(asOption())
    .option(...YES)
    .action(
      run(async ({ account, id: person = '', as, yes = false }: Deletion, { output, target }) => {
        const { privacy: services, where } = target;
        const context = { ...services, account: await accountOrOnly(account, services) };
        const { subject, profile } = await findSubject(person, as, context);
        const who = describePerson(person, profile);
        await requireYes(`Erase all that is held on ${who}, for good, on ${where}?`, yes);
        const job = await startDeletion(subject, context);
        output.answer(answerOf(job), `Erasing by job ${job.id}.`);
        output.note(`What was removed: npm run admin -- privacy show ${job.id}`);
      }),
    );

  command('show <job>', 'what a job has removed so far, and what is still to come').action(
    run(async ({ account, id = '' }: Named, { output, target: { privacy: services } }) => {
      const job = await findDeletion(id, { ...services, account: await accountOrOnly(account, services) });
      output.answer(answerOf(job), certificate(job));
    }),
  );

  command('list', 'list erasures, the newest first').action(
    run(async ({ account }: Named, { output, target: { privacy: services } }) => {
      const context = { ...services, account: await accountOrOnly(account, services) };
      const { items } = await listDeletions({ size: SHOWN }, context);
      const rows = items.map(({ id, status, createdAt, completedAt }) => ({
        id,
        status,
        asked: createdAt,
        complete: completedAt,
      }));
      output.answer(items.map(answerOf), columns(rows));
      if (items.length === 0) output.note('Nobody was erased.');
    }),
  );

  command('resume <job>', 'go on with a job that failed, or that seems to be stuck').action(
    run(async ({ account, id = '' }: Named, { output, target: { privacy: services } }) => {
      const job = await resumeDeletion(id, { ...services, account: await accountOrOnly(account, services) });
      output.answer(answerOf(job), `Going on with ${job.id}.`);
    }),
  );
};

/** As the API answers it. */
const answerOf = (job: DeletionJob): object => {
  const { id, attributes } = deletionJobView(job, { origin: '' });
  return { id, ...attributes };
};

const certificate = (job: DeletionJob): string => {
  const { id, status, createdAt, removedAt, nextAt, completedAt, profileIds, ledgers, kept, error } = job;
  const times = Object.entries({
    asked: createdAt,
    removed: removedAt,
    'looked for again': nextAt,
    complete: completedAt,
  });
  return [
    `${id}  ${status}${error === undefined ? '' : `, since ${error}`}`,
    ...times.flatMap(([name, at]) => (at === undefined ? [] : [`${name}: ${at}`])),
    `profiles: ${profileIds.join(' ') || 'none'}`,
    '',
    columns(removedIn(job)) || 'Nothing was removed.',
    ...ledgers.map(({ entries, end }) => `ledger of ${entries} entries that ended in ${end}`),
    ...(kept > 0 ? [`${kept} files wait for their imports to be over`] : []),
    ...remainingOf(job).map(({ place, until }) => `still there: ${place}, until ${until}`),
  ].join('\n');
};
