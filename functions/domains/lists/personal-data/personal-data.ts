import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { memberCounts, memberships } from '../../profiles/memberships/store.ts';
import { leaveList } from '../actions.ts';
import * as store from '../store.ts';
import { lists } from './lists-section.ts';

export const personalData: PersonalData = {
  items: [{ entity: memberships, section: 'lists' }],
  impersonalItems: [
    { entity: store.lists, reason: 'A list with the name that the shop gave it.' },
    { entity: store.listCounts, reason: 'A count of lists.' },
    { entity: memberCounts, reason: 'A count of members.' },
  ],
  folders: [],
  export: { sections: [lists] },
  erase: {
    // Leaving the list also updates its member count.
    removeItem: async (item, deps) => {
      if (item.type !== memberships.type) return false;
      await leaveList(memberships.fromItem(item), deps);
      return true;
    },
  },
};
