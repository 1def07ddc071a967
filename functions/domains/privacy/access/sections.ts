import { bounces, consent, listOptOuts, lists, suppressions, wordings } from './sections/consent.ts';
import { erasures } from './sections/erasures.ts';
import { archivedEvents, events } from './sections/events.ts';
import { bulkImports, dryRuns, imports } from './sections/imports.ts';
import { confirmations, mailLimits } from './sections/mails.ts';
import { other } from './sections/other.ts';
import { identifiers, merges, profile } from './sections/person.ts';
import { pushTokens } from './sections/push-tokens.ts';
import type { Section } from './sections/section.ts';

/** All that is held on people, in the order in which they are told. */
export const sections: readonly Section[] = [
  profile,
  identifiers,
  pushTokens,
  consent,
  lists,
  listOptOuts,
  suppressions,
  bounces,
  wordings,
  confirmations,
  mailLimits,
  events,
  archivedEvents,
  merges,
  imports,
  bulkImports,
  dryRuns,
  erasures,
  other,
];
