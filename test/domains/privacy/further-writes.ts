import { exportWrites } from './export-writes.ts';
import { formWrites } from './form-writes.ts';
import { hookWrites } from './hook-writes.ts';
import type { None, Way } from './person.ts';
import { segmentWrites } from './segment-writes.ts';
import { stockWrites } from './stock-writes.ts';
import { metricWrites, webhookWrites } from './webhook-writes.ts';

/** How the routes of exports, forms, webhooks, integrations and Segment's clients store a person. */
export const furtherWrites: Readonly<Record<string, Way | None>> = {
  ...exportWrites,
  ...formWrites,
  ...hookWrites,
  ...segmentWrites,
  ...stockWrites,
  ...webhookWrites,
  ...metricWrites,
  createRejectedItemReplayJob: 'stores what came before',
  replayRejectedItem: 'stores what came before',
};
