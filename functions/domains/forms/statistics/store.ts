import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';

/** What is counted, each by one letter: an item with eight hours of all of them stays below one write unit. */
export const counterLetters = {
  viewed_form: 'v',
  viewed_form_uniques: 'V',
  viewed_form_step: 's',
  viewed_form_step_uniques: 'S',
  closed_form: 'c',
  closed_form_uniques: 'C',
  qualified_form: 'q',
  qualified_form_uniques: 'Q',
  submits: 'f',
  submitted_form_step: 't',
  submitted_form_step_uniques: 'T',
  bot_submits: 'b',
} as const;
export type Counter = keyof typeof counterLetters;

/** The letters of the eight hours in one item. */
export const HOURS = 'abcdefgh';
export const WINDOW_HOURS = HOURS.length;

const SHARDS = 8;
export const shards = Array.from({ length: SHARDS }, (_, shard) => shard);

const FormStatistics = v.looseObject({
  account: v.string(),
  shard: v.number(),
  /** The start of the eight hours, in hours since 1970. */
  window: v.number(),
  formId: v.string(),
  version: v.string(),
  expiresAt: v.number(),
});
export type FormStatistics = v.InferOutput<typeof FormStatistics>;

export const statisticsPk = (account: string, shard: number): string => `A#${account}#FORMSTATISTICS#${shard}`;
/** Six digits last until the year 2084. */
export const windowSk = (window: number): string => String(window).padStart(6, '0');

type StatisticsId = Pick<FormStatistics, 'account' | 'shard' | 'window' | 'formId' | 'version'>;

/** The counters of one version in eight hours, by letters of hour and counter such as `av`. */
export const formStatistics = entity({
  type: 'form_statistics',
  schema: FormStatistics,
  key: ({ account, shard, window, formId, version }: StatisticsId) => ({
    pk: statisticsPk(account, shard),
    sk: `${windowSk(window)}#${formId}#${version}`,
  }),
});
