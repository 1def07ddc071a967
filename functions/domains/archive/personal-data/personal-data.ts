import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { archivePlace } from './archive-location.ts';
import { archivedEvents } from './archived-events-section.ts';
import { folders } from './folders.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [],
  folders,
  export: { sections: [archivedEvents] },
  erase: { listFiles: async (search, deps) => [archivePlace(search, deps)] },
};
