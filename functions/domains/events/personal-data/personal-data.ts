import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { forgetMetricNames } from '../erase.ts';
import { customMetricCounts, customMetricNames, customMetrics } from '../metrics/custom/records/store.ts';
import { mappedMetrics } from '../metrics/mapped/store.ts';
import { metricProperties } from '../metrics/properties/store.ts';
import * as store from '../records/store.ts';
import { dayTotals, hourTotals, totalsParts, totalsStates } from '../totals/store.ts';
import { events } from './events-section.ts';

export const personalData: PersonalData = {
  items: [
    { entity: store.events, section: 'events', longPrefix: store.EVENTS },
    // Guards have no data that their events do not have.
    { entity: store.guards, section: 'events', longPrefix: store.GUARDS },
  ],
  impersonalItems: [
    {
      entity: store.metrics,
      reason: 'A kind of event. If it is named after a person, an erasure removes the name.',
    },
    { entity: store.metricCounts, reason: 'A count.' },
    { entity: totalsParts, reason: 'Hashes and values of events by metric and quarter of an hour.' },
    { entity: hourTotals, reason: 'Numbers and sums of events.' },
    { entity: dayTotals, reason: 'Numbers and sums of events.' },
    { entity: totalsStates, reason: 'How far these numbers are.' },
    { entity: metricProperties, reason: 'Names and types of properties, none that look like an identifier.' },
    { entity: customMetrics, reason: 'Which events the shop counts.' },
    { entity: customMetricNames, reason: 'The name of a metric of the shop.' },
    { entity: customMetricCounts, reason: 'A count.' },
    { entity: mappedMetrics, reason: 'What a metric means for the shop.' },
  ],
  folders: [],
  export: { sections: [events] },
  erase: { anonymize: ({ identifiers }, deps) => forgetMetricNames(identifiers, deps) },
};
