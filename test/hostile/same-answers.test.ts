import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { pages } from '../../functions/api/pages/protocol.ts';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import { ensureSecret } from '../../functions/domains/accounts/tokens/actions.ts';
import { storeItems } from '../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../functions/domains/catalog/write/variants.ts';
import { changeConsent, suppress } from '../../functions/domains/consent/actions.ts';
import { markErased } from '../../functions/domains/erased/actions.ts';
import { changeList, ensureList } from '../../functions/domains/lists/actions.ts';
import { upsertProfile } from '../../functions/domains/profiles/actions.ts';
import { createClaimToken } from '../../functions/domains/profiles/claim-token.ts';
import type { Route } from '../../functions/platform/http/route.ts';
import { openMail } from '../../functions/platform/mail/mail.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';
import { localSender, verifySender } from '../../lib/local/ministack/mail-sender.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { startApp } from '../support/app.ts';
import { isFullSize } from '../support/size.ts';
import { tableEndpoint } from '../support/table.ts';
import { kinds, namingPlaces, person, VARIANT, type Variant, variantsOf } from './person-variants.ts';

const people = ['known', 'unknown', 'erased', 'suppressed'] as const;
type Who = (typeof people)[number];
type Settings = Parameters<typeof changeAccount>[1];

const isPublic = ({ scope }: Route): boolean => scope === 'public' || scope === 'open';
/** A token in a path comes from a mail to the person, or from a stranger who got it from them. */
const isByToken = ({ path }: Route): boolean => path.includes('{token}');

const routes = allServices.flatMap((service) =>
  Object.values<Route>(service.routes)
    .filter((route) => isPublic(route) && !isByToken(route) && namingPlaces(route).length > 0)
    .map((route) => ({ service, route, name: `${route.method} ${route.path}` })),
);

/** All services behind one front door, so that the pages of one show the data of another. */
const whole = (service: ServiceDeclaration): ServiceDeclaration => ({
  ...service,
  routes: Object.assign({}, ...allServices.map((one) => one.routes)),
  triggers: allServices.flatMap(({ triggers }) => triggers),
});

interface Shop {
  readonly settings: Settings;
  /** Whether the profile of the person has nearly the maximum size. */
  readonly isLarge: boolean;
}

/** A shop that has erased others. Only the data of the one person differs. */
const start = async (service: ServiceDeclaration, who: Who, { settings, isLarge }: Shop) => {
  await verifySender(tableEndpoint());
  const sent: object[] = [];
  const queue = () => ({ send: async (message: object) => void sent.push(message) });
  const mail = openMail({ from: localSender }, clientConfig(tableEndpoint()));
  const app = await startApp(whole(service), { services: { queue, mail } });
  const context = { ...app.context(), queue, mail };
  await changeAccount(app.account, settings, app.services);
  await markErased([{ kind: 'email', value: 'other@example.com' }], 'job', context);
  await ensureSecret('challenge', context);
  await ensureList('there', context);
  await ensureList('double', context);
  await changeList('double', { optInProcess: 'double_opt_in' }, context);
  const product = { title: 'Shirt', description: 'Soft', url: 'https://shop.example' };
  await storeItems([{ id: 'item', ...product }], { mode: 'create' }, context);
  const variant = { id: VARIANT, item: 'item', sku: 'S', quantity: 0, price: 1, ...product };
  await storeVariants([variant], { mode: 'create' }, context);
  if (who === 'known' || who === 'suppressed') await make(who, isLarge, context);
  if (who === 'erased')
    await markErased(
      kinds.map((kind) => ({ kind, value: person[kind] })),
      'job',
      context,
    );
  // The cached account is read again after a minute.
  app.at('2026-01-01T00:05:00Z');
  const deliver = async () => {
    for (const message of sent.splice(0)) {
      const { kind } = v.parse(v.looseObject({ kind: v.string() }), message);
      const trigger = allServices
        .flatMap(({ triggers }) => triggers)
        .find((one) => one.on === 'message' && one.kind === kind);
      if (trigger?.on === 'message')
        await trigger.handle(message, { ...app.services, queue, mail }, { remainingMs: () => 60_000 });
    }
  };
  const { token: claim = '' } = await createClaimToken({ identifiers: person }, context);
  return { app, sent, deliver, claim };
};

const trusted = { onConflict: 'refuse', caller: 'trusted' } as const;
const at = new Date('2026-01-01T00:00:00Z');

type Context = ReturnType<Awaited<ReturnType<typeof startApp>>['context']>;

/** A profile on a list, with every identifier and consent that a browser may claim. */
const make = async (who: Who, isLarge: boolean, context: Context) => {
  const input = { identifiers: { ...person, anonymous_id: 'hers' }, fields: { first_name: 'Ada' } };
  const { profile } = await upsertProfile(input, trusted, context);
  for (const name of ['a', 'b', 'c', 'd'])
    await upsertProfile({ ...input, properties: { [name]: 'x'.repeat(isLarge ? 85_000 : 100) } }, trusted, context);
  const address = { kind: 'email', value: person.email } as const;
  const told = { profileId: profile.id, at, evidence: { method: 'api' }, to: 'SUBSCRIBED', listId: 'there' } as const;
  await changeConsent({ ...told, channel: 'email', type: 'marketing', address }, context);
  if (who === 'suppressed')
    for (const reason of ['USER_SUPPRESSED', 'SPAM_COMPLAINT', 'HARD_BOUNCE', 'UNSUBSCRIBE'] as const)
      await suppress({ address, reason, at }, context);
};

const pathOf = ({ path, scope }: Route, account: string, list: string): string =>
  `${path.replace('{account}', account).replace('{listId}', list)}${scope === 'public' ? `?company_id=${account}` : ''}`;

const encoded = ({ protocol }: Pick<Route, 'protocol'>, body: unknown) =>
  protocol === pages
    ? {
        text: `${new URLSearchParams(v.parse(v.record(v.string(), v.string()), body))}`,
        type: 'application/x-www-form-urlencoded',
      }
    : { text: JSON.stringify(body), type: 'application/json' };

/** All responses to a caller who asks about one person by a route, in order. */
const seenBy = async (service: ServiceDeclaration, route: Route, who: Who, shop: Shop) => {
  const { app, sent, deliver, claim } = await start(service, who, shop);
  const seen: string[] = [];
  let second = Date.parse('2026-01-01T00:05:00Z');
  const ask = async (
    name: string,
    { body, headers = {}, query = '' }: Omit<Variant, 'name'>,
    path = pathOf(route, app.account, 'there'),
  ) => {
    second += 1_000;
    app.at(new Date(second).toISOString());
    const { text, type } = encoded(route, body);
    app.requests.length = 0;
    const before = sent.length;
    const answer = await app.send(route.method, path + query, text, {
      'content-type': type,
      authorization: '',
      ...headers,
    });
    const told = JSON.stringify([answer.status, answer.headers, answer.body ?? null])
      .replaceAll(app.account, 'ACCOUNT')
      .replaceAll(/"id":"[^"]+"/g, '"id":""')
      .replaceAll(/"exchange_id":"[^"]+"/g, '"exchange_id":""')
      .replaceAll(/"Tributary-Job":"\w{26}"/g, 'a job')
      // Encrypted with a random vector: only its form and length could tell anything.
      .replaceAll(/"Tributary-Receipt":"([\w-]+)"/g, (_, receipt: string) => `a receipt of ${receipt.length}`)
      .replaceAll(/data-challenge="[^"]+"/g, '');
    seen.push(`${name}: ${told} after ${app.requests.join(' ')} and ${sent.length - before} messages`);
  };
  const look = async (lists: readonly string[]) => {
    for (const list of lists) {
      const page = await app.send('GET', `/pages/subscribe/${app.account}/${list}`);
      seen.push(`the page of ${list}: ${page.status}`);
    }
  };
  for (const [n, place] of namingPlaces(route).entries()) {
    for (const [i, { name, ...variant }] of variantsOf(route, place, n, claim).entries()) {
      await ask(`${place.kind} ${name}`, variant);
      if (i === 0) await look([`fresh-${n}`]);
    }
    await deliver();
    await look([`fresh-${n}`, 'there']);
    // Until every limit is met, and what is left of it for somebody else.
    const [plain] = variantsOf(route, place, n, claim);
    if (plain) for (let i = 0; i < 8; i++) await ask(`${place.kind} repeated`, plain);
    await deliver();
    const other = encoded({ protocol: pages }, { email: 'other@example.com' });
    const form = { 'content-type': other.type, authorization: '' };
    const after = await app.send('POST', `/pages/subscribe/${app.account}/double`, other.text, form);
    seen.push(`a subscription of another: ${after.status}`);
  }
  return seen;
};

/** Settings of shops do not change the limit of a profile, and each request reads the whole of a large one. */
const shops: Readonly<Record<string, Shop>> = {
  'single opt-in': { settings: { confirmationLimits: { ip: 30 } }, isLarge: true },
  'double opt-in': {
    settings: { optInProcess: 'double_opt_in', confirmationLimits: { ip: 30, list: 20 } },
    isLarge: isFullSize,
  },
  'blocked values': { settings: { blockedIdentifiers: ['blocked'] }, isLarge: isFullSize },
};

describe.each(routes)('$name', ({ service, route }) => {
  test.each(Object.entries(shops))(
    'responds equally for known and unknown people, by %s',
    { timeout: 300_000 },
    async (_, shop) => {
      const [known, ...others] = await Promise.all(people.map((who) => seenBy(service, route, who, shop)));
      expect(known?.some((line) => /: \[20[02],/.test(line))).toBe(true);
      if (process.env.SHOW_ANSWERS) console.log(known?.map((line) => line.slice(0, 700)).join('\n'));
      for (const [i, seen] of others.entries()) expect(seen, people[i + 1]).toEqual(known);
    },
  );
});

test('covers every public route that can name a person', () => {
  const named = [
    'profiles',
    'events',
    'event-bulk-create',
    'subscriptions',
    'push-tokens',
    'push-token-unregister',
    'back-in-stock-subscriptions',
  ];
  const pages = ['POST /pages/subscribe/{account}', 'POST /pages/subscribe/{account}/{listId}'];
  const expected = [...named.map((name) => `POST /client/${name}`), ...pages];
  expect(routes.map(({ name }) => name)).toEqual(expect.arrayContaining(expected));
});
