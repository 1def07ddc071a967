import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { productFeedCounts, productFeedStates, productFeeds } from '../records/feed.ts';
import { folders } from './folders.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: productFeeds, reason: 'Which products a feed has.' },
    { entity: productFeedCounts, reason: 'A count of feeds.' },
    { entity: productFeedStates, reason: 'The ids of products.' },
  ],
  folders,
  export: { sections: [] },
  erase: {},
};
