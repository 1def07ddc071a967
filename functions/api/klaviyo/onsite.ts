import { isbot } from 'isbot';
import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import type { ProfileInput } from '../../domains/profiles/records/profile.ts';
import { countryOfIp } from '../../platform/location/country.ts';

/** The query of public calls from the script of a website. */
export const OnsiteQuery = v.object({ onsite: v.optional(v.picklist(['true', 'false']), 'false') });

export const onsiteDescription =
  ' With `onsite=true`, as the script of a website sends it, calls of robots are answered alike and not stored.';

/** Whether a script on a website sent this for a robot, according to its user agent. Servers and apps are not checked. */
export const isRobot = (
  { onsite }: v.InferOutput<typeof OnsiteQuery>,
  { userAgent }: Pick<Context, 'userAgent'>,
): boolean => onsite === 'true' && isbot(userAgent);

/**
 * Adds the country of the visitor's address, if the deployment locates visitors and the call names no place. Only for
 * calls from websites: the address of a server is not the location of a person.
 */
export const locateVisitor = async (
  input: ProfileInput,
  { onsite }: v.InferOutput<typeof OnsiteQuery>,
  { ip, settings: { countryDatabase: path }, now }: Pick<Context, 'ip' | 'settings' | 'now'>,
): Promise<ProfileInput> => {
  if (onsite !== 'true' || path === undefined || input.location !== undefined) return input;
  const country = await countryOfIp(ip, { path, now: now() });
  return country === undefined ? input : { ...input, location: { country } };
};
