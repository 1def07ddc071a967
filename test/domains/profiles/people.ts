import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

export type App = Awaited<ReturnType<typeof startApp>>;
export const startProfiles = () => startApp(profiles);

export const profile = (attributes: object, more: object = {}) => ({ data: { type: 'profile', attributes, ...more } });

export const create = async (app: App, attributes: object): Promise<string> => {
  const { status, body } = await app.post('/api/profiles', profile(attributes));
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.data.id;
};

export const attributesOf = async (app: App, id: string) => (await app.get(`/api/profiles/${id}`)).body.data.attributes;
