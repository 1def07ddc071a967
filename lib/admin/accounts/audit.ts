import type { Command } from 'commander';
import { auditEntryView } from '../../../functions/api/klaviyo/accounts/audit-view.ts';
import type { AuditEntry } from '../../../functions/domains/accounts/audit/entry.ts';
import { listAuditEntries } from '../../../functions/domains/accounts/audit/read.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { limitOf } from '../cli/option-values.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface Options {
  readonly account?: string;
  readonly limit: string;
}

export const addAudit = (program: Command, run: Run): void => {
  program
    .command('audit')
    .description('show who changed which settings, newest first: by the API and by these commands')
    .option('--limit <number>', 'how many', '50')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, limit }: Options, { services, output }) => {
        const size = limitOf(limit);
        const { items } = await listAuditEntries({ size }, await inAccount(account, services));
        output.answer(items.map(json), formatTable(items.map(row)));
        if (items.length === 0) output.note('Nothing was changed yet.');
      }),
    );
};

const json = (entry: AuditEntry): object => {
  const { id, attributes } = auditEntryView.show(entry, { origin: '' });
  return { id, ...attributes };
};

const row = ({ at, actor, action, resourceType, resourceId, outcome, before, after }: AuditEntry) => ({
  at,
  by: actor.kind === 'key' ? `key …${actor.lastFour}` : actor.name,
  change: `${action} ${resourceType} ${resourceId ?? ''}`.trim(),
  outcome,
  before: shortened(before),
  after: shortened(after),
});

const MAX_CELL = 80;
const shortened = (text = ''): string => (text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text);
