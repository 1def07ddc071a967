import { attempt } from '../shared/attempt.ts';
import { type Call, LEFT } from './call.ts';

/**
 * Keeps calls for the next page, since this one ends before the tracker is there. Without consent nothing is kept. The key
 * is unique: if two tabs find the calls, they give each event the same id. The visitor goes along, since another person may
 * come meanwhile.
 */
export const leave = (calls: readonly Call[], isAssumed = false): void => {
  let isGranted = isAssumed;
  for (const [name, [choice]] of calls) if (name === 'consent' && choice) isGranted = Object(choice).analytics === true;
  if (isGranted && calls[0])
    attempt(() => {
      const [, visitor] = /__tb_id=([^;]*)/.exec(document.cookie) ?? [];
      localStorage.setItem(`__tb:${LEFT}${Math.random()}`, JSON.stringify([calls, visitor]));
    });
};
