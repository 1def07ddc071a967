import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { keepLooking, readLive } from '../../../domains/receipts/live/read.ts';
import { route } from '../protocol.ts';

const POLL_MS = 500;
const MAX_WAIT_SECONDS = 20;
const Cursor = v.pipe(v.string(), v.regex(/^[0-9A-Z]{10,26}$/, 'Not a cursor: take it from `meta.cursor`.'));
const Text = v.pipe(v.string(), v.maxLength(200, 'Longer than 200 characters.'));

const Result = v.object({
  data: v.array(
    v.object({
      at: v.string(),
      source: v.string(),
      metric: v.nullable(v.string()),
      outcome: v.string(),
      /** Masked. */
      who: v.nullable(v.string()),
    }),
  ),
  meta: v.object({ cursor: v.string(), more: v.number() }),
});

export const getLive = route({
  method: 'GET',
  path: '/api/live',
  summary: 'See what comes in',
  description:
    'A long poll: it answers as soon as something came in, at most two seconds later, or after `wait` seconds. Call it ' +
    'again with `meta.cursor`. Without a cursor it answers at once, and the look starts: functions report from up to a ' +
    'minute later on, and stop two minutes after the last call. `meta.more` counts what came in and is not shown. ' +
    'People are masked. Rows of imports are not shown.',
  scope: 'events:read',
  status: 200,
  query: v.object({
    cursor: v.optional(Cursor),
    source: v.optional(Text),
    metric: v.optional(Text),
    wait: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^(1?\d|20)$/, `A number of seconds from 0 to ${MAX_WAIT_SECONDS}.`),
        v.transform(Number),
      ),
      String(MAX_WAIT_SECONDS),
    ),
  }),
  result: Result,

  async handle({ query: { cursor, source, metric, wait } }, context) {
    await keepLooking(context.accountSettings.liveUntil, context);
    let page = await readLive({ cursor, filter: { source, metric } }, context);
    for (let waited = 0; cursor !== undefined && page.entries.length + page.more === 0 && waited < wait * 1_000; ) {
      await sleep(POLL_MS);
      waited += POLL_MS;
      page = await readLive({ cursor: page.cursor, filter: { source, metric } }, context);
    }
    const { entries, more } = page;
    return {
      data: entries.map((entry) => ({ ...entry, metric: entry.metric ?? null, who: entry.who ?? null })),
      meta: { cursor: page.cursor, more },
    };
  },
});
