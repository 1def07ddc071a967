import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { readTokens } from '../push-tokens/actions.ts';

export const pushTokens = sectionOfRecords(
  {
    name: 'push-tokens',
    order: 30,
    title: 'Push tokens',
    about: 'Where push messages to apps on your devices are sent, and what the apps reported about the devices.',
    columns: [
      'platform',
      'vendor',
      'token',
      'enablement_status',
      'background',
      'metadata',
      'created',
      'recorded',
      'profile_id',
      'id',
    ],
  },
  async ({ profileIds }, context) =>
    (await readTokens(profileIds, context)).map(({ account: _, profileId, enablementStatus, ...shown }) => ({
      ...shown,
      enablement_status: enablementStatus,
      profile_id: profileId,
    })),
);
