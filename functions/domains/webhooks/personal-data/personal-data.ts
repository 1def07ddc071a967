import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../deliveries/records/store.ts';
import * as records from '../records/store.ts';
import { resendJobs } from '../resend/job.ts';
import { webhookDeliveries } from './deliveries-section.ts';
import { readDeliveriesOf } from './read-by-person.ts';

export const personalData: PersonalData = {
  items: [
    { entity: store.deliveries, section: 'webhook-deliveries' },
    {
      entity: store.pendingDeliveries,
      outlives: 'The id of a profile and of its change. The run that finds the profile erased removes it unsent.',
    },
  ],
  impersonalItems: [
    { entity: store.endpoints, reason: 'Whether a receiver answers.' },
    { entity: store.probes, reason: 'Which receiver is tried out.' },
    { entity: resendJobs, reason: 'Which webhook to send to again.' },
    { entity: records.webhooks, reason: 'Where the shop gets changes.' },
    { entity: records.webhookCounts, reason: 'A count of webhooks.' },
    { entity: records.webhookSecrets, reason: 'The encrypted secret of a webhook.' },
  ],
  folders: [],
  export: { sections: [webhookDeliveries] },
  erase: {
    namedItems: [{ name: 'webhook-deliveries', find: (person, deps) => readDeliveriesOf(person, deps) }],
  },
};
