import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { memberCounts, memberships } from '../../profiles/memberships/store.ts';
import { leaveList } from '../actions.ts';
import * as store from '../store.ts';
import { lists } from './lists-section.ts';

export const personalData: PersonalData = {
  items: [{ entity: memberships, section: 'lists' }],
  impersonalItems: [
    { entity: store.lists, reason: 'A list, as the shop calls it.' },
    { entity: store.listCounts, reason: 'A count of lists.' },
    { entity: memberCounts, reason: 'A count of members.' },
  ],
  folders: [],
  export: { sections: [lists] },
  erase: {
    // Who leaves a list is no longer counted by it.
    removeItem: async (item, deps) => {
      if (item.type !== memberships.type) return false;
      await leaveList(memberships.fromItem(item), deps);
      return true;
    },
  },
};
