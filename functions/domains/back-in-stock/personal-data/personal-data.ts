import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../records/store.ts';
import { subscriptions } from './subscriptions-section.ts';

export const personalData: PersonalData = {
  items: [{ entity: store.stockSubscriptions, section: 'back-in-stock' }],
  impersonalItems: [{ entity: store.stockRounds, reason: 'How far the people who wait for a variant were notified.' }],
  folders: [],
  export: { sections: [subscriptions] },
  erase: {},
};
