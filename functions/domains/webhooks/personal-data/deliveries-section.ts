import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { deliveryIdOf } from '../deliveries/records/delivery.ts';
import { deliveries } from '../deliveries/records/store.ts';
import { readDeliveriesOf } from './read-by-person.ts';

export const webhookDeliveries = sectionOfRecords(
  {
    name: 'webhook-deliveries',
    order: 106,
    title: 'Notices to other systems',
    about: 'Which changes of your data were sent to other systems of the shop in the last 30 days.',
    columns: ['sent_at', 'what', 'webhook', 'status', 'attempts', 'id'],
  },
  async (person, context) =>
    (await readDeliveriesOf(person, context)).map((item) => {
      const delivery = deliveries.fromItem(item);
      return {
        sent_at: delivery.completedAt,
        what: delivery.what,
        webhook: delivery.webhookId,
        status: delivery.status,
        attempts: delivery.attempts,
        id: deliveryIdOf(delivery),
      };
    }),
);
