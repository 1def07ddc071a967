import { signToken } from '../../../../functions/domains/accounts/tokens/actions.ts';
import { expiryOf, type PendingOptIn, pendingOptIns } from '../../../../functions/domains/consent/opt-in/store.ts';
import { confirmPath } from '../../../../functions/domains/consent/texts/links.ts';
import { create } from '../../../../functions/platform/table/write.ts';
import { emailOf } from '../fill.ts';
import type { Ground, Operation, Running } from '../operation.ts';
import { say } from './consent.ts';

type Links = Readonly<Record<'preferences_url' | 'unsubscribe_url', string>>;

/** The path that a link in a person's messages leads to. */
const linked = async ({ call }: Running, { profileId }: Ground, link: keyof Links): Promise<string> => {
  const { data } = await call('profiles', 'POST', `/api/profiles/${profileId}/consent-links`);
  return new URL(data.attributes[link]).pathname;
};

const post =
  (fields: Record<string, string>): Operation['run'] =>
  ({ call }, _ground, _round, path) =>
    call('consent', 'POST', path, new URLSearchParams(fields));

/** The path of the link in a mail that asks somebody for a confirmation. */
const askedFor = async ({ services, account, table }: Running, { profileId }: Ground): Promise<string> => {
  const at = services.now();
  const pending: PendingOptIn = {
    account,
    id: services.newId(at),
    email: emailOf(profileId),
    topics: [{ channel: 'email', type: 'marketing' }],
    evidence: { method: 'form' },
    language: 'en',
    origin: 'https://growth.example.com',
    requestedAt: at.toISOString(),
    status: 'pending',
    expiresAt: expiryOf(at),
  };
  await table.write(create(pendingOptIns, pending));
  return confirmPath(
    account,
    await signToken({ purpose: 'confirm', claims: { o: pending.id } }, { account, ...services }),
  );
};

/** What people do themselves, by links in mails. */
export const pageOperations: readonly Operation[] = [
  {
    name: 'a confirmation',
    prepare: async (world, ground) => {
      await say(world, ground, 'UNSUBSCRIBED');
      return askedFor(world, ground);
    },
    run: post({}),
  },
  {
    name: 'a one-click unsubscription',
    prepare: async (world, ground) => {
      await say(world, ground, 'SUBSCRIBED');
      return linked(world, ground, 'unsubscribe_url');
    },
    run: post({ 'List-Unsubscribe': 'One-Click' }),
  },
  {
    name: 'the preferences page',
    prepare: (world, ground) => linked(world, ground, 'preferences_url'),
    run: ({ call }, _ground, _round, path) => call('consent', 'GET', path),
  },
  {
    name: 'saving preferences',
    prepare: async (world, ground) => {
      await say(world, ground, 'UNSUBSCRIBED');
      return linked(world, ground, 'preferences_url');
    },
    run: post({ topic: 'email#marketing' }),
  },
];
