import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../records/store.ts';
import { webFeedCounts, webFeeds } from '../web/feed.ts';
import { folders } from './folders.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: store.catalogFeeds, reason: 'Where products come from.' },
    { entity: store.catalogFeedCounts, reason: 'A count of feeds.' },
    { entity: store.feedSecrets, reason: 'The encrypted secret of a feed.' },
    { entity: store.feedStates, reason: 'What the last sync of a feed left.' },
    { entity: store.feedSyncs, reason: 'Counts of a sync, and errors of products.' },
    { entity: webFeeds, reason: 'Where a web feed comes from, and its state.' },
    { entity: webFeedCounts, reason: 'A count of web feeds.' },
  ],
  folders,
  export: { sections: [] },
  erase: {},
};
