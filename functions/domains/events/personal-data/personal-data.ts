import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { forgetMetricNames } from '../erase.ts';
import * as store from '../records/store.ts';
import { events } from './events-section.ts';

export const personalData: PersonalData = {
  items: [
    { entity: store.events, section: 'events', longPrefix: store.EVENTS },
    // What events are recognized by: it says nothing that they don't.
    { entity: store.guards, section: 'events', longPrefix: store.GUARDS },
  ],
  impersonalItems: [
    {
      entity: store.metrics,
      reason: 'A kind of event. One that a file names after a person loses its name with them.',
    },
    { entity: store.metricCounts, reason: 'A count.' },
  ],
  folders: [],
  export: { sections: [events] },
  erase: { anonymize: ({ identifiers }, deps) => forgetMetricNames(identifiers, deps) },
};
