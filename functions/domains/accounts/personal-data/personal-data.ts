import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { auditEntries } from '../audit/store.ts';
import { accounts, apiKeys } from '../store.ts';
import { tokenSecrets } from '../tokens/store.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: accounts, reason: 'Settings of a shop.' },
    { entity: apiKeys, reason: 'A key of a shop, with the name that the shop gave it.' },
    { entity: auditEntries, reason: 'Settings of a shop, and who of its staff changed them.' },
    { entity: tokenSecrets, reason: 'A random secret.' },
  ],
  folders: [],
  export: { sections: [] },
  erase: {},
};
