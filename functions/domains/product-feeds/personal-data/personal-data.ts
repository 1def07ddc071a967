import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { lateDays, productParts } from '../rankings/parts.ts';
import { productTotals, rankingStates } from '../rankings/totals.ts';
import { productFeedCounts, productFeedStates, productFeeds } from '../records/feed.ts';
import { folders } from './folders.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: productFeeds, reason: 'Which products a feed has.' },
    { entity: productFeedCounts, reason: 'A count of feeds.' },
    { entity: productFeedStates, reason: 'The ids of products.' },
    { entity: productParts, reason: 'The ids of products, with hashes of the events that name them.' },
    { entity: lateDays, reason: 'A day whose products are to be counted again.' },
    { entity: productTotals, reason: 'The ids of products, with numbers of events.' },
    { entity: rankingStates, reason: 'A day.' },
  ],
  folders,
  export: { sections: [] },
  erase: {},
};
