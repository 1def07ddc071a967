import { sectionOfRecords } from '../../../../model/personal-data/section.ts';
import { readErasures } from '../../../erased/actions.ts';
import { listRemoved } from '../../deletions/job.ts';
import { deletionJobs } from '../../deletions/store.ts';

export const erasures = sectionOfRecords(
  {
    name: 'erasures',
    order: 180,
    title: 'Erasures',
    about:
      'That you were erased, as you asked. Nothing is kept of you but this: a keyed hash (`hash`) by which we recognise you when somebody wants to store you again, and what was removed, without what it said. `removed_ledgers` has the end of each chain of consents that was removed: whoever kept an export can show by it that it is that one.',
    columns: ['erased_at', 'kind', 'value', 'hash', 'deletion_job', 'removed', 'removed_ledgers'],
  },
  async ({ identifiers }, context) => {
    const found = await readErasures(identifiers, context);
    const jobs = await context.table.getMany(
      deletionJobs,
      found.map(({ job }) => ({ account: context.account, id: job })),
    );
    return found.map(({ kind, value, hash, job, at }, i) => {
      const deletion = jobs[i];
      return {
        erased_at: at,
        kind,
        value,
        hash,
        deletion_job: job,
        removed: deletion ? listRemoved(deletion) : [],
        removed_ledgers: deletion?.ledgers ?? [],
      };
    });
  },
);
