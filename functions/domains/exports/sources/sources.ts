import type { ExportKind } from '../records/job.ts';
import { consent } from './consent.ts';
import { events } from './events.ts';
import { lists } from './lists.ts';
import { profiles } from './profiles.ts';
import type { Source } from './source.ts';

export const sources: Readonly<Record<ExportKind, Source>> = { profiles, lists, events, consent };
