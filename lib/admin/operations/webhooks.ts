import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { changeWebhook, getWebhook, readAllWebhooks } from '../../../functions/domains/webhooks/actions.ts';
import { listDeliveries, resendDelivery } from '../../../functions/domains/webhooks/deliveries/log.ts';
import {
  deliveryIdOf,
  deliveryStatuses,
  statusOf,
} from '../../../functions/domains/webhooks/deliveries/records/delivery.ts';
import type { Webhook } from '../../../functions/domains/webhooks/records/webhook.ts';
import { startResend } from '../../../functions/domains/webhooks/resend/job.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { limitOf, timeOf } from '../cli/option-values.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import type { Target } from '../deployment/target.ts';

interface Options {
  readonly account?: string;
  readonly id?: string;
}

export const addWebhooks = (program: Command, run: Run): void => {
  const webhooks = program.command('webhooks').description('see what webhooks deliver, and send it again');
  addList(webhooks, run);
  addDeliveries(webhooks, run);
  addResend(webhooks, run);
  addEnable(webhooks, run);
  addRotate(webhooks, run);
};

const contextOf = (account: string | undefined, target: Target) => inAccount(account, target.webhooks);

/** The path of a URL can be a secret of the receiver. */
const shown = ({ id, name, url, enabled, topics, disabledReason, created }: Webhook) => ({
  ...{ id, name, host: new URL(url).host, enabled, topics, created },
  ...(disabledReason !== undefined && { disabledReason }),
});

const addList = (webhooks: Command, run: Run): void => {
  webhooks
    .command('list')
    .description('list webhooks, with the reason where one was disabled')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: Options, { output, target }) => {
        const all = (await readAllWebhooks(await contextOf(account, target))).map(shown);
        output.answer(all, formatTable(all.map((one) => ({ ...one, topics: one.topics.join(' ') }))));
        if (all.length === 0) output.note('There is no webhook yet. Create one: POST /api/webhooks, docs/webhooks.md.');
      }),
    );
};

interface DeliveriesOptions extends Options {
  readonly status?: (typeof deliveryStatuses)[number];
  readonly limit: string;
}

const addDeliveries = (webhooks: Command, run: Run): void => {
  webhooks
    .command('deliveries <webhook>')
    .description('list the deliveries of a webhook, newest first: those that ended, or those with a status')
    .addOption(new Option('--status <status>', 'only these').choices(deliveryStatuses))
    .option('--limit <number>', 'how many', '50')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '', status, limit }: DeliveriesOptions, { output, target }) => {
        const context = await contextOf(account, target);
        const size = limitOf(limit);
        const wanted = status === 'delivered' ? undefined : status;
        const { items } = await listDeliveries(id, { status: wanted, page: { size } }, context);
        const all = items
          .map((one) => ({
            id: deliveryIdOf(one),
            what: one.what,
            at: one.at,
            status: statusOf(one),
            attempts: one.attempts,
            code: one.responseCode,
            error: one.lastError,
          }))
          .filter((one) => status === undefined || one.status === status);
        output.answer(all, formatTable(all));
        if (all.length === 0) output.note('There is no such delivery. The log has those of the last 30 days.');
      }),
    );
};

interface ResendOptions extends Options {
  readonly delivery?: string;
  readonly from?: string;
  readonly to?: string;
  readonly delivered?: boolean;
}

const addResend = (webhooks: Command, run: Run): void => {
  webhooks
    .command('resend <webhook>')
    .description('send again what failed, what is in a range of time, or one delivery')
    .option('--delivery <id>', 'only this one')
    .option('--from <time>', 'changes from this time on, such as 2026-07-15T10:00:00Z')
    .option('--to <time>', 'changes until this time')
    .option('--delivered', 'also what was accepted')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '', delivery, from, to, delivered }: ResendOptions, { output, target }) => {
        const context = await contextOf(account, target);
        if (delivery !== undefined) {
          await resendDelivery(delivery, context);
          output.answer({ delivery }, `Queued ${delivery} again.`);
          return;
        }
        const range = { from: timeOf('--from', from), to: timeOf('--to', to) };
        const job = await startResend({ webhookId: id, includesDelivered: delivered === true, ...range }, context);
        output.answer(
          { job: job.id, webhook: id },
          `Started the job ${job.id}. Its progress: GET /api/webhook-resend-jobs/${job.id}.`,
        );
      }),
    );
};

const addEnable = (webhooks: Command, run: Run): void => {
  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    webhooks
      .command(`${name} <webhook>`)
      .description(enabled ? 'turn a webhook on, and send what waits' : 'turn a webhook off')
      .option(...ACCOUNT)
      .action(
        run(async ({ account, id = '' }: Options, { output, target, record }) => {
          const context = await contextOf(account, target);
          const changed = await record(context.account, {
            action: name,
            type: 'webhook',
            id,
            before: shown(await getWebhook(id, context)),
            run: () => changeWebhook(id, { enabled }, context),
            after: (webhook) => ({ values: shown(webhook) }),
          });
          output.answer(shown(changed), `Webhook ${id} is ${enabled ? 'on' : 'off'}.`);
        }),
      );
};

const addRotate = (webhooks: Command, run: Run): void => {
  webhooks
    .command('rotate <webhook>')
    .description('replace the secret that signs, and show it once; for a day both sign')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target, record }) => {
        const context = await contextOf(account, target);
        await getWebhook(id, context);
        const secret = `whsec_${randomBytes(32).toString('base64')}`;
        await record(context.account, {
          action: 'rotate',
          type: 'webhook',
          id,
          run: () => changeWebhook(id, { secret }, context),
          after: () => ({ values: { secret_key: '(not shown)' } }),
        });
        output.answer({ id, secret }, secret);
        output.note(
          '\nThis is the only time that the secret is shown. For 24 hours, requests have a signature by each.',
        );
      }),
    );
};
