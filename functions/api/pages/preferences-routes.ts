import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { applyGpc } from '../../domains/consent/gpc.ts';
import { sharing, type Topic } from '../../domains/consent/records/consent.ts';
import { readSignals } from '../../model/signals.ts';
import { type Html, html } from '../../platform/html.ts';
import { MAX_FIELDS } from '../../platform/http/body/form.ts';
import type { Reply } from '../../platform/http/route.ts';
import { boundedArray } from '../../platform/validation/bounded-array.ts';
import { messagePage, page, statusOf } from './layout.ts';
import { common, type Link, openLink, params, preferencesLink } from './links.ts';
import {
  applyChoices,
  areListsQuiet,
  type Preferences,
  preferencesOf,
  topicNamed,
  unsubscribeFromAll,
} from './preferences.ts';
import { route } from './protocol.ts';
import { type Shop, shownOn } from './shop.ts';
import { OfPerson, profileIdIn } from './unsubscribe.ts';

/** The page of the person whose preferences a link leads to. */
const ofPerson = (
  link: Link,
  outer: Context,
  show: (given: { readonly shop: Shop; readonly profileId: string }) => Promise<Reply>,
): Promise<Reply> =>
  openLink(link, OfPerson, outer, async ({ shop, claims }) => {
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
