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
  readPreferences,
  topicName,
  unsubscribeFromAll,
} from './preferences.ts';
import { route } from './protocol.ts';
import { recordWording, type Shop } from './shop.ts';
import { OfPerson, profileIdIn } from './unsubscribe.ts';

/** Shows a page of the person that a link identifies. */
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
      const { texts, fill, context } = shop;
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
      const preferences = await readPreferences(profileId, context);
      const { topics, lists } = preferences;
      const isQuiet = areListsQuiet(preferences);
      const boxes = (isShown: (topic: Topic) => boolean) =>
        topics.filter(isShown).map((one) =>
          checkbox({
            name: 'topic',
            value: topicName(one),
            label: labels[topicName(one)] ?? '',
            isOn: one.status === 'SUBSCRIBED',
          }),
        );
      const ofData = boxes(isSharing);
      const content = html`
<p class="lead">${fill(lead)}</p>
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
${context.hasGpc && html`<p class="soft">${fill(gpcNotice)}</p>`}
${ofData}
</fieldset>`
}
<p class="actions"><button>${button}</button>
<button class="quiet" name="all" value="yes">${all}</button></p>
</form>`;
      return page(shop, { title: fill(title), content });
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

/** Removes choices that the page did not show: an absent checkbox is a choice only if it was shown. */
const shownChoices = (preferences: Preferences, shown: readonly string[]): Preferences =>
  shown.length === 0
    ? preferences
    : {
        ...preferences,
        topics: preferences.topics.filter((topic) => shown.includes(`topic:${topicName(topic)}`)),
        lists: preferences.lists.filter(({ id }) => shown.includes(`list:${id}`)),
      };

const some = v.optional(
  v.union([
    v.pipe(
      v.string(),
      v.transform((one) => [one]),
    ),
    boundedArray(v.string(), {
      max: MAX_FIELDS,
      tooMany: (count) => `${count} fields; at most ${MAX_FIELDS} are allowed.`,
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
      const { context, texts, fill } = shop;
      const signals = readSignals(undefined, context);
      // The signal of the browser is general, so the choice of the person for this shop is applied after it.
      if (signals) await applyGpc(new Map([[profileId, signals]]), context, context);
      const preferences = await readPreferences(profileId, context);
      const choices = shownChoices(preferences, body.shown);
      const { title, lead, button = '', gpcNotice, all, topics: labels } = texts.preferences;
      const note = context.hasGpc ? [fill(gpcNotice)] : [];
      const offered = [...choices.topics.map((one) => labels[topicName(one)]), ...note].join('\n');
      const isAll = body.all !== undefined;
      const around = { title: fill(title), lead: fill(lead), button: isAll ? all : button };
      const evidence = { method: 'preference_page', ...(await recordWording(shop, { ...around, consent: offered })) };
      if (isAll) await unsubscribeFromAll(preferences, evidence, context);
      else await applyChoices(choices, { topics: body.topic, listIds: body.list }, evidence, context);
      return messagePage(shop, isAll ? 'unsubscribed' : 'saved', { more: preferencesLink(shop, link) });
    }),
});
