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
      'Your erasure, as you requested it. We keep two things: a keyed hash (`hash`), which keeps your identifier from being stored again, and the counts of what was removed. `removed_ledgers` has the end of each removed consent ledger. With it, an earlier export of the ledger can be verified.',
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
