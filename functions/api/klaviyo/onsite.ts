import { isbot } from 'isbot';
import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';

/** The query of public calls from the script of a website. */
export const OnsiteQuery = v.object({ onsite: v.optional(v.picklist(['true', 'false']), 'false') });

export const onsiteDescription =
  ' With `onsite=true`, as the script of a website sends it, calls of robots are answered alike and not stored.';

/** Whether a script on a website sent this for a robot, according to its user agent. Servers and apps are not judged. */
export const isRobot = (
  { onsite }: v.InferOutput<typeof OnsiteQuery>,
  { userAgent }: Pick<Context, 'userAgent'>,
): boolean => onsite === 'true' && isbot(userAgent);
