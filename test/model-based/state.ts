import assert from 'node:assert/strict';
import type { World } from './world.ts';

interface Resource {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  readonly attributes: any;
}

export interface Marketing {
  readonly consent: string;
  readonly can_receive_email_marketing: boolean;
  readonly suppression: readonly { readonly reason: string }[];
}

export interface Seen {
  readonly id: string;
  readonly email: string | null;
  readonly phone_number: string | null;
  readonly external_id: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly marketing: Marketing;
}

/** Every page of a list. */
export const allOf = async (world: World, path: string): Promise<readonly Resource[]> => {
  const all: Resource[] = [];
  let next: string | null = path;
  while (next !== null) {
    const { status, body } = await world.send('GET', next, undefined);
    assert.equal(status, 200, `GET ${next} answered ${status}.`);
    all.push(...body.data);
    next = body.links.next && String(body.links.next).replace(/^https:\/\/[^/]+/, '');
  }
  return all;
};

/** Every living profile, as callers see it. */
export const profilesSeen = async (world: World): Promise<readonly Seen[]> =>
  (await allOf(world, '/api/profiles?page[size]=50&additional-fields[profile]=subscriptions')).map(
    ({ id, attributes: { email, phone_number, external_id, properties, subscriptions } }) => ({
      id,
      email,
      phone_number,
      external_id,
      properties,
      marketing: subscriptions.email.marketing,
    }),
  );

/** The profile that an id stands for now. */
export const standsFor = async (world: World, id: string): Promise<string | undefined> => {
  const { status, body } = await world.send('GET', `/api/profiles/${id}`, undefined);
  return status === 200 ? body.data.id : undefined;
};

const JOBS = [
  'profile-bulk-import-jobs',
  'import-jobs',
  'profile-suppression-bulk-create-jobs',
  'profile-suppression-bulk-delete-jobs',
  'data-privacy-deletion-jobs',
] as const;

export interface JobSeen extends Resource {
  readonly path: string;
}

export const jobsSeen = async (world: World): Promise<readonly JobSeen[]> => {
  const all: JobSeen[] = [];
  for (const path of JOBS)
    all.push(...(await allOf(world, `/api/${path}?page[size]=100`)).map((one) => ({ ...one, path })));
  return all;
};

/** Lets every erasure come to its end, which looks again for what was under way. */
export const settle = async (world: World): Promise<readonly JobSeen[]> => {
  await world.drain();
  for (const minutes of [16, 25 * 60, 25 * 60]) {
    const open = (await jobsSeen(world)).filter(
      ({ path, attributes }) => path === 'data-privacy-deletion-jobs' && attributes.status !== 'complete',
    );
    if (open.length === 0) break;
    world.wait(minutes);
    const { account } = world;
    await world.drain([...open.map(({ id }) => ({ kind: 'erase', account, id })), { kind: 'sweep', account }]);
  }
  return jobsSeen(world);
};
