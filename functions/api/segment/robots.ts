import { isbot } from 'isbot';
import type { Context } from '../../domains/accounts/context.ts';
import { isRecord } from '../../platform/json/is-record.ts';
import { recordIn } from './calls/context.ts';

/** The name that Segment's script for websites gives itself. RudderStack's is another. */
const WEBSITE_LIBRARIES: ReadonlySet<unknown> = new Set(['analytics.js', 'RudderLabs JavaScript SDK']);

/** Whether a robot on a website sent this, by its user agent. Servers and apps are not checked. */
export const isRobotsCall = (calls: readonly unknown[], { caller, callerOrigin, userAgent }: Context): boolean =>
  caller.kind === 'public' && (callerOrigin !== undefined || calls.some(isOfWebsite)) && isbot(userAgent);

const isOfWebsite = (call: unknown): boolean =>
  isRecord(call) && WEBSITE_LIBRARIES.has(recordIn(recordIn(call, 'context'), 'library').name);
