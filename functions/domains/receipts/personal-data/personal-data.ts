import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { countParts } from '../counts/store.ts';
import { eventJobs } from '../jobs/event-job.ts';
import { liveBatches } from '../live/store.ts';
import { readRejectedOf } from '../rejected/read-by-person.ts';
import { replayJobs } from '../rejected/replay/job.ts';
import { rejectedItems } from '../rejected/store.ts';
import { receipts } from '../store.ts';
import { rejected } from './rejected-section.ts';

export const personalData: PersonalData = {
  items: [
    { entity: rejectedItems, section: 'rejected-items' },
    {
      entity: eventJobs,
      outlives: 'Which events a bulk call brought, by ids of profiles and events, for 14 days. They lead to nothing.',
    },
  ],
  impersonalItems: [
    { entity: liveBatches, reason: 'Metrics and outcomes of some minutes, with masked names of people.' },
    { entity: replayJobs, reason: 'Which rejected items to replay, and counts.' },
    { entity: receipts, reason: 'A number of events by metric and outcome.' },
    { entity: countParts, reason: 'Numbers of events by metric, source and outcome, with hashes of changes.' },
  ],
  folders: [],
  export: { sections: [rejected] },
  erase: {
    // Also later ones: a person who came back is no longer to be erased.
    namedItems: [{ name: 'rejected-items', find: (person, deps) => readRejectedOf(person, deps) }],
  },
};
