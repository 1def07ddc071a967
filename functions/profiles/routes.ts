import * as v from 'valibot';
import { documentOf, one } from '../http/jsonapi.ts';
import { route } from '../http/route.ts';
import { upsertProfile } from './actions.ts';
import { ProfileResource, toInput } from './profile.ts';
import { ProfileView, viewOf } from './view.ts';

const SINGLE_BYTES = 100 * 1024;

export const createProfile = route({
  method: 'POST',
  path: '/api/profiles',
  summary: 'Create a profile',
  description: 'Answers 409 with meta.duplicate_profile_id where a profile has one of the identifiers already.',
  scope: 'profiles:write',
  status: 201,
  maxBodyBytes: SINGLE_BYTES,
  body: v.object({ data: ProfileResource }),
  result: documentOf('profile', ProfileView),

  async handle({ body }, context) {
    const { id: _, ...input } = toInput(body.data);
    const rules = { onConflict: 'refuse', caller: 'trusted', mustCreate: true } as const;
    const { profile } = await upsertProfile(input, rules, context);
    return one(viewOf(profile, {}, context));
  },
});
