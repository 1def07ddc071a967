import * as v from 'valibot';
import { expectStatus, read } from './api.ts';
import type { Session } from './session.ts';

const Marketing = v.object({
  consent: v.nullish(v.string()),
  can_receive_email_marketing: v.nullish(v.boolean()),
  suppression: v.nullish(v.array(v.object({ reason: v.string() }))),
});

const ProfilesFound = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      attributes: v.object({
        first_name: v.nullish(v.string()),
        subscriptions: v.nullish(v.object({ email: v.nullish(v.object({ marketing: v.nullish(Marketing) })) })),
      }),
    }),
  ),
});
export type ProfileFound = v.InferOutput<typeof ProfilesFound>['data'][number];

/** The profile with this address, and its subscriptions. */
export const profileOf = async (email: string, { api }: Pick<Session, 'api'>): Promise<ProfileFound | undefined> => {
  const filter = encodeURIComponent(`equals(email,"${email}")`);
  const path = `/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`;
  const { data } = read(expectStatus(await api.call('GET', path), 200), ProfilesFound);
  return data[0];
};

export const marketingOf = async (email: string, session: Pick<Session, 'api'>) =>
  (await profileOf(email, session))?.attributes.subscriptions?.email?.marketing ?? undefined;

const Timeline = v.object({
  data: v.array(v.object({ id: v.string() })),
  links: v.object({ next: v.nullish(v.string()) }),
});

const MAX_PAGES = 20;

/** The number of events of a person. A page of large events ends before it is full. */
export const countTimeline = async (profileId: string, { api }: Pick<Session, 'api'>): Promise<number> => {
  const filter = encodeURIComponent(`equals(profile_id,"${profileId}")`);
  let path: string | undefined = `/api/events?filter=${filter}&page[size]=1000&fields[event]=datetime`;
  let count = 0;
  for (let page = 0; path !== undefined && page < MAX_PAGES; page += 1) {
    const { data, links }: v.InferOutput<typeof Timeline> = read(
      expectStatus(await api.call('GET', path), 200),
      Timeline,
    );
    count += data.length;
    // The origin of links is a setting; this client stays at its own origin.
    const next: URL | undefined = links.next ? new URL(links.next, api.origin) : undefined;
    path = next && `${next.pathname}${next.search}`;
  }
  return count;
};
