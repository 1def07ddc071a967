import * as v from 'valibot';
import { requiredText } from '../../../domains/forms/definition/values.ts';
import { type Counted, count } from '../../../domains/forms/statistics/count.ts';
import type { Counter } from '../../../domains/forms/statistics/store.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { isRobot, OnsiteQuery } from '../../klaviyo/onsite.ts';
import { route } from '../../klaviyo/protocol.ts';
import { liveForms } from './live-forms.ts';

const MAX_EVENTS = 20;

const counters = {
  viewed: ['viewed_form', 'viewed_form_uniques'],
  viewed_step: ['viewed_form_step', 'viewed_form_step_uniques'],
  closed: ['closed_form', 'closed_form_uniques'],
  qualified: ['qualified_form', 'qualified_form_uniques'],
} as const satisfies Record<string, readonly [Counter, Counter]>;

const Body = v.object({
  data: v.object({
    type: v.literal('form-statistics'),
    attributes: v.object({
      events: boundedArray(
        v.object({
          name: v.picklist(['viewed', 'viewed_step', 'closed', 'qualified']),
          form_id: requiredText(64),
          form_version_id: requiredText(64),
          is_unique: v.nullish(v.boolean(), false),
        }),
        {
          min: 1,
          tooFew: 'At least one event is needed.',
          max: MAX_EVENTS,
          tooMany: (length) => `${length} events; at most ${MAX_EVENTS} are accepted.`,
        },
      ),
    }),
  }),
});

export const countFormEvents = route({
  method: 'POST',
  path: '/client/form-statistics',
  summary: 'Count what visitors see of forms, from a browser',
  description:
    'Views, closings and qualified visitors are counted by version and hour; no person is stored. `is_unique` says that ' +
    'it is the first one in this browser. Submissions are counted by the server. Events of unknown versions and of ' +
    'robots are answered alike and not counted. One request about one form costs one write unit.',
  scope: 'public',
  status: 202,
  maxBodyBytes: 16 * 1024,
  query: OnsiteQuery,
  body: Body,
  // Counted by form, not by step.
  ignores: { members: ['/data/attributes/events/*/step'] },

  async handle({ body }, context) {
    if (isRobot({ onsite: 'true' }, context)) return undefined;
    const counted: Counted[] = [];
    for (const { name, form_id: formId, form_version_id: version, is_unique: isUnique } of body.data.attributes
      .events) {
      // Strangers fill no table with invented versions.
      if (!(await liveForms.one({ formId, version }, context))) continue;
      const [all, unique] = counters[name];
      counted.push({ formId, version, counters: isUnique ? [all, unique] : [all] });
    }
    await count(counted, context);
    return undefined;
  },
});
