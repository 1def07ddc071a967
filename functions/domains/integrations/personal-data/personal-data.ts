import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../records/store.ts';
import { folders } from './folders.ts';
import { readReferencesOf } from './read-by-person.ts';
import { shopOrders } from './references-section.ts';

export const personalData: PersonalData = {
  items: [{ entity: store.hookReferences, section: 'shop-orders' }],
  impersonalItems: [
    { entity: store.integrations, reason: 'Which system sends webhooks.' },
    { entity: store.integrationCounts, reason: 'A count of integrations.' },
    { entity: store.integrationSecrets, reason: 'The encrypted secret of an integration.' },
    { entity: store.integrationTokens, reason: 'The encrypted token for the API of a vendor.' },
    { entity: store.hookDeliveries, reason: 'A hash of a delivery that was processed.' },
  ],
  folders,
  export: { sections: [shopOrders] },
  erase: {
    namedItems: [{ name: 'shop-orders', find: (person, deps) => readReferencesOf(person, deps) }],
  },
};
