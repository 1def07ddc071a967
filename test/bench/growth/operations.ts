import type { groups, Operation } from './operation.ts';
import { consentOperations } from './operations/consent.ts';
import { eventOperations } from './operations/events.ts';
import { fileOperations } from './operations/files.ts';
import { listOperations } from './operations/lists.ts';
import { pageOperations } from './operations/pages.ts';
import { profileOperations } from './operations/profiles.ts';

export const operations: Readonly<Record<(typeof groups)[number], readonly Operation[]>> = {
  events: eventOperations,
  profiles: profileOperations,
  consent: [...consentOperations, ...pageOperations],
  lists: listOperations,
  files: fileOperations,
};
