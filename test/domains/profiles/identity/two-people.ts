import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../../functions/model/account.ts';
import type { ServiceDeclaration } from '../../../../functions/platform/service/service.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { events } from '../../../../functions/services/events.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';

const service: ServiceDeclaration = {
  ...profiles,
  routes: { ...profiles.routes, ...events.routes, ...consent.routes },
};

/** Ann, whose number another person gives too. */
export const a = { email: 'a@example.com', phone_number: '+4930123456', first_name: 'Ann' };
export const sharedNumber = a.phone_number;

export const start = async (settings: Partial<Account> = {}) => {
  const app = await startApp(service);
  if (Object.keys(settings).length > 0) await changeAccount(app.account, settings, app.services);
  const find = async (field: string, value: string) => {
    const filter = encodeURIComponent(`equals(${field},"${value}")`);
    return (await app.get(`/api/profiles?filter=${filter}`)).body.data[0];
  };
  return { ...app, find };
};
export type Shop = Awaited<ReturnType<typeof start>>;

export const event = (person: object, unique = 'e1') => ({
  data: {
    type: 'event',
    attributes: {
      properties: {},
      unique_id: unique,
      metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
      profile: { data: { type: 'profile', attributes: person } },
    },
  },
});

export const group = (person: object) => ({
  type: 'event-bulk-create',
  attributes: {
    profile: { data: { type: 'profile', attributes: person } },
    events: {
      data: [
        {
          type: 'event',
          attributes: {
            properties: {},
            unique_id: JSON.stringify(person),
            metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
          },
        },
      ],
    },
  },
});
