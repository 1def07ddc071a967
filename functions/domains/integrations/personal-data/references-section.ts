import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { hookReferences } from '../records/store.ts';
import { readReferencesOf } from './read-by-person.ts';

export const shopOrders = sectionOfRecords(
  {
    name: 'shop-orders',
    order: 108,
    title: 'Orders in shop systems',
    about: 'The numbers of your orders of the last half year, by which their refunds and shipments find you.',
    columns: ['object', 'integration'],
  },
  async (person, context) =>
    (await readReferencesOf(person, context)).map((item) => {
      const { object, integrationId } = hookReferences.fromItem(item);
      return { object, integration: integrationId };
    }),
);
