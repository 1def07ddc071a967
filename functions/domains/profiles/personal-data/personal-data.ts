import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { readUndoneMerges } from '../erase.ts';
import * as merging from '../merge/store.ts';
import { readTokenOwners } from '../push-tokens/erase.ts';
import { pushTokens, tokenOwners } from '../push-tokens/store.ts';
import { formerIdentifiers } from '../records/former-identifiers.ts';
import type { PersonRecord } from '../records/person-record.ts';
import * as records from '../records/store.ts';
import { findEarlierIdentifiers, findFormerIdentifiers } from './erase.ts';
import { identifiers, merges, profile } from './profile-sections.ts';
import { pushTokens as pushTokensSection } from './push-tokens-section.ts';

/** `privacy` itself removes the profile and its identifiers first, in one transaction. */
export const personalData: PersonalData<PersonRecord> = {
  items: [
    { entity: records.profiles, section: 'profile' },
    { entity: records.identifiers, section: 'identifiers' },
    { entity: formerIdentifiers, section: 'identifiers' },
    { entity: pushTokens, section: 'push-tokens' },
    { entity: tokenOwners, section: 'push-tokens' },
    { entity: merging.merges, section: 'merges' },
    { entity: merging.undoings, section: 'other' },
  ],
  impersonalItems: [],
  folders: [],
  export: { sections: [profile, identifiers, pushTokensSection, merges] },
  erase: {
    findIdentifiers: findEarlierIdentifiers,
    linkedItems: [
      { name: 'formers', find: findFormerIdentifiers },
      { name: 'merges', find: ({ profileIds }, deps) => readUndoneMerges(profileIds, deps) },
      { name: 'push-tokens', find: ({ profileIds }, deps) => readTokenOwners(profileIds, deps) },
    ],
  },
};
