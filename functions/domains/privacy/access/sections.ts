import { bounces, consent, listOptOuts, lists, suppressions, wordings } from '../../consent/personal-data/consent-sections.ts';
import { erasures } from './sections/erasures.ts';
import { archivedEvents, events } from '../../events/personal-data/events-section.ts';
import { bulkImports, dryRuns, imports } from '../../imports/personal-data/sections.ts';
import { confirmations, mailLimits } from '../../consent/personal-data/mail-sections.ts';
import { other } from './sections/other.ts';
import { identifiers, merges, profile } from '../../profiles/personal-data/profile-sections.ts';
import { pushTokens } from '../../profiles/personal-data/push-tokens-section.ts';
import type { Section } from '../../../model/personal-data/section.ts';

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
