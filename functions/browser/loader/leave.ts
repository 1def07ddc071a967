import { attempt } from '../shared/attempt.ts';
import { type Call, LEFT } from './call.ts';

/** The visitor's cookie, once the tracker has set it. */
export const readCookie = (): string | undefined => attempt(() => /__tb_id=([^;]*)/.exec(document.cookie)?.[1]);

/** A list of no calls, which the tracker removes with the others. */
const NONE = '[[]]';
const KEY = `__tb:${LEFT}`;
/** With so many keys in its storage, a browser loads the tracker, which removes what is too old or too much. */
const MAX_KEYS = 60;

/** Whether calls may wait for a later page: earlier ones did not need the tracker. */
export const mayKeep = (): boolean | undefined => attempt(() => localStorage.length < MAX_KEYS && !localStorage[KEY]);

/**
 * Keeps calls for a later page, which has the tracker. Without consent nothing is kept. The key is unique: if two tabs find
 * the calls, they give each event the same id; and it begins with the time, for their order. The visitor goes along, since
 * another person may come meanwhile. If they are urgent, the next page loads the tracker. Returns whether the browser stored them.
 */
export const leave = (calls: readonly Call[], isUrgent: boolean, isAssumed = false): boolean | undefined => {
  let isGranted = isAssumed;
  for (const [name, [choice]] of calls) if (name === 'consent' && choice) isGranted = Object(choice).analytics === true;
  return attempt(() => {
    if (isGranted && calls[0]) {
      localStorage.setItem(KEY + Date.now() + Math.random(), JSON.stringify([calls, readCookie()]));
      if (isUrgent) localStorage[KEY] = NONE;
    }
    return true;
  });
};
