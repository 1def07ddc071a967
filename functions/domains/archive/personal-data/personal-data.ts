import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { ARCHIVE } from '../place.ts';
import { archivePlace } from './archive-place.ts';
import { archivedEvents } from './archived-events-section.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [],
  folders: [{ bucket: 'archive', prefix: ARCHIVE, change: 'rewrite' }],
  export: { sections: [archivedEvents] },
  erase: { listFiles: async (search, deps) => [archivePlace(search, deps)] },
};
