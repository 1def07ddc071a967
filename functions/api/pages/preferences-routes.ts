import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { openToken } from '../../domains/accounts/tokens/actions.ts';
import { applyGpc } from '../../domains/consent/gpc.ts';
import { sharing, type Topic } from '../../domains/consent/records/consent.ts';
import { preferencesPath } from '../../domains/consent/texts/links.ts';
import { findList } from '../../domains/lists/actions.ts';
import { readSignals } from '../../model/signals.ts';
import { type Html, html } from '../../platform/html.ts';
import { MAX_FIELDS } from '../../platform/http/body/form.ts';
import type { Reply } from '../../platform/http/route.ts';
import { boundedArray } from '../../platform/validation/bounded-array.ts';
import { messagePage, page, statusOf } from './layout.ts';
import {
  applyChoices,
  areListsQuiet,
  type Preferences,
  preferencesOf,
  topicNamed,
  unsubscribeFromAll,
} from './preferences.ts';
import { route } from './protocol.ts';
import { type Access, type Shop, shopOf, shownOn } from './shop.ts';
import { Claims, OfPerson, profileIdIn, unsubscribeRecipient } from './unsubscribe.ts';

const common = { scope: 'open', status: 200, result: v.string() } as const;
const params = '{account}/{token}';

interface Opened<C> {
  readonly shop: Shop;
  readonly claims: C;
}

interface Link {
  readonly account: string;
  readonly token: string;
}

/** The page of a link, or the page for a link that is not valid. */
const opened = async <S extends v.GenericSchema>(
  { account, token, ...access }: Link & Access,
  schema: S,
  outer: Context,
  show: (given: Opened<v.InferOutput<S>>) => Promise<Reply>,
): Promise<Reply> => {
  const shop = await shopOf(account, outer, access);
  const found = await openToken({ purpose: 'preferences', token, schema }, shop.context);
  return found.kind === 'valid'
    ? show({ shop, claims: found.claims })
    : messagePage(shop, found.kind, { status: statusOf[found.kind] });
};

/** The page of the person whose preferences a link leads to. */
const ofPerson = (
  link: Link,
  outer: Context,
  show: (given: { readonly shop: Shop; readonly profileId: string }) => Promise<Reply>,
): Promise<Reply> =>
  opened(link, OfPerson, outer, async ({ shop, claims }) => {
    const profileId = await profileIdIn(claims, shop.context);
    return profileId === undefined
      ? messagePage(shop, 'unknown', { status: statusOf.unknown })
      : show({ shop, profileId });
  });

export const showPreferences = route({
  ...common,
  method: 'GET',
  path: `/pages/preferences/${params}`,
  summary: 'Show the preferences page',
  description: 'Changes nothing.',

  handle: ({ params: link }, outer) =>
    ofPerson(link, outer, async ({ shop, profileId }) => {
      const { texts, named, context } = shop;
      const {
        title,
        lead,
        button,
        channels,
        lists: listsTitle,
        data,
        gpcNotice,
        all,
        topics: labels,
      } = texts.preferences;
      const preferences = await preferencesOf(profileId, context);
      const { topics, lists } = preferences;
      const isQuiet = areListsQuiet(preferences);
      const boxes = (isShown: (topic: Topic) => boolean) =>
        topics.filter(isShown).map((one) =>
          checkbox({
            name: 'topic',
            value: topicNamed(one),
            label: labels[topicNamed(one)] ?? '',
            isOn: one.status === 'SUBSCRIBED',
          }),
        );
      const ofData = boxes(isSharing);
      const content = html`
<p class="lead">${named(lead)}</p>
<form method="post">
<fieldset><legend>${channels}</legend>
${boxes((topic) => !isSharing(topic))}
</fieldset>
${
  lists.length > 0 &&
  html`<fieldset><legend>${listsTitle}</legend>
${isQuiet && html`<p class="soft">${texts.preferences.listsPaused}</p>`}
${lists.map(({ id, name }) => checkbox({ name: 'list', value: id, label: name, isOn: !isQuiet }))}
</fieldset>`
}
${
  ofData.length > 0 &&
  html`<fieldset><legend>${data}</legend>
${context.hasGpc && html`<p class="soft">${named(gpcNotice)}</p>`}
${ofData}
</fieldset>`
}
<p class="actions"><button>${button}</button>
<button class="quiet" name="all" value="yes">${all}</button></p>
</form>`;
      return page(shop, { title: named(title), content });
    }),
});

const isSharing = ({ channel }: Topic): boolean => channel === sharing.channel;

interface Checkbox {
  readonly name: string;
  readonly value: string;
  readonly label: string;
  readonly isOn: boolean;
}

const checkbox = ({ name, value, label, isOn }: Checkbox): Html =>
  html`<label><input type="checkbox" name="${name}" value="${value}"${isOn && html` checked`}> ${label}</label>
<input type="hidden" name="shown" value="${name}:${value}">`;

/** Without what has come since the page was opened: nobody unticks what they were not shown. */
const shownOf = (known: Preferences, shown: readonly string[]): Preferences =>
  shown.length === 0
    ? known
    : {
        ...known,
        topics: known.topics.filter((topic) => shown.includes(`topic:${topicNamed(topic)}`)),
        lists: known.lists.filter(({ id }) => shown.includes(`list:${id}`)),
      };

const some = v.optional(
  v.union([
    v.pipe(
      v.string(),
      v.transform((one) => [one]),
    ),
    boundedArray(v.string(), {
      max: MAX_FIELDS,
      tooMany: (count) => `${count} fields; at most ${MAX_FIELDS} are taken.`,
    }),
  ]),
  [],
);

export const savePreferences = route({
  ...common,
  method: 'POST',
  path: `/pages/preferences/${params}`,
  summary: 'Save the preferences of a person',
  body: v.object({ topic: some, list: some, shown: some, all: v.optional(v.string()) }),

  handle: ({ params: link, body }, outer) =>
    ofPerson(link, outer, async ({ shop, profileId }) => {
      const { context, texts, named } = shop;
      const signals = readSignals(undefined, context);
      // First what the browser says in general, then what the person says to this shop.
      if (signals) await applyGpc(new Map([[profileId, signals]]), context, context);
      const whole = await preferencesOf(profileId, context);
      const known = shownOf(whole, body.shown);
      const { title, lead, button = '', gpcNotice, all, topics: labels } = texts.preferences;
      const note = context.hasGpc ? [named(gpcNotice)] : [];
      const offered = [...known.topics.map((one) => labels[topicNamed(one)]), ...note].join('\n');
      const isAll = body.all !== undefined;
      const around = { title: named(title), lead: named(lead), button: isAll ? all : button };
      const evidence = { method: 'preference_page', ...(await shownOn(shop, { ...around, consent: offered })) };
      if (isAll) await unsubscribeFromAll(whole, evidence, context);
      else await applyChoices(known, { topics: body.topic, listIds: body.list }, evidence, context);
      return messagePage(shop, isAll ? 'unsubscribed' : 'saved', { more: preferencesLink(shop, link) });
    }),
});

export const showUnsubscribePage = route({
  ...common,
  method: 'GET',
  path: `/pages/unsubscribe/${params}`,
  summary: 'Show the unsubscribe page',
  description: 'Changes nothing, so link scanners are harmless.',

  handle: ({ params: link }, outer) =>
    opened({ ...link, isAlwaysShown: true }, Claims, outer, async ({ shop, claims }) => {
      const { texts, named, context } = shop;
      const { title, lead, button, fromList } = texts.unsubscribe;
      const list = await listIn(claims, context);
      const content = html`
<p class="lead">${named(lead)}</p>
<form method="post" class="actions">
<button>${button}</button>
${list && html`<button class="quiet" name="only" value="list">${fromList}: ${list.name}</button>`}
</form>
${isOfPerson(claims) && preferencesLink(shop, link)}`;
      return page(shop, { title: named(title), content });
    }),
});

/** The list that a message was to, if it is still there: to leave one that is gone would end nothing. */
const listIn = async (claims: Claims, context: Context) =>
  'l' in claims && claims.l !== undefined ? findList(claims.l, context) : undefined;

const isOfPerson = (claims: Claims): claims is OfPerson => 'p' in claims;

const preferencesLink = ({ account, texts, context }: Shop, { token }: Pick<Link, 'token'>) =>
  !context.settings.hidesPages &&
  html`<p class="next"><a href="${preferencesPath(account.id, token)}">${texts.unsubscribed.preferences}</a></p>`;

export const unsubscribeByLink = route({
  ...common,
  method: 'POST',
  path: `/pages/unsubscribe/${params}`,
  summary: 'Unsubscribe, by page or one click',
  description:
    'One click is a POST of `List-Unsubscribe=One-Click` (RFC 8058): no redirect, no cookie, no question. Ends ' +
    'all email marketing, unless the account has `unsubscribeFrom=list` and the message was to a list that ' +
    'still exists. The link works for as long as the mail is kept: it contains the profile and, encrypted, the ' +
    'address, and unsubscribes both.',
  body: v.object({ 'List-Unsubscribe': v.optional(v.string()), only: v.optional(v.string()) }),

  handle: ({ params: link, body }, outer) =>
    opened({ ...link, isAlwaysShown: true }, Claims, outer, async ({ shop, claims }) => {
      const { account, texts, named, context } = shop;
      const isOneClick = body['List-Unsubscribe'] === 'One-Click';
      const { title, lead, button = '' } = texts.unsubscribe;
      const around = { title: named(title), lead: '', button };
      const evidence = isOneClick
        ? { method: 'one_click_unsubscribe', ip: context.ip, userAgent: context.userAgent }
        : { method: 'preference_page', ...(await shownOn(shop, { ...around, consent: named(lead) })) };
      const isListMeant = isOneClick ? account.unsubscribeFrom === 'list' : body.only === 'list';
      const list = isListMeant ? await listIn(claims, context) : undefined;
      // By the page a list is left also when it is gone by now; one click ends more then.
      const isOfList = isListMeant && (!isOneClick || list !== undefined);
      const outcome = await unsubscribeRecipient(claims, { isOfList, evidence }, context);
      switch (outcome) {
        case 'unsubscribed': {
          const more = isOfPerson(claims) && preferencesLink(shop, link);
          return list ? messagePage(shop, 'leftList', { more, list: list.name }) : messagePage(shop, outcome, { more });
        }
        case 'declined':
          return messagePage(shop, outcome);
        case 'unknown':
          return messagePage(shop, outcome, { status: statusOf.unknown });
      }
    }),
});
