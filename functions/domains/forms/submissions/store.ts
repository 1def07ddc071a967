import * as v from 'valibot';
import { identifierKinds } from '../../../model/identity.ts';
import { Language } from '../../../model/language.ts';
import { Signals } from '../../../model/signals.ts';
import { entity } from '../../../platform/table/entity.ts';
import { Channel, ConsentType, Evidence } from '../../consent/records/consent.ts';
import { ProfileAttributes } from '../../profiles/records/profile.ts';

const DAY_SECONDS = 86_400;
/** As long as a pending opt-in: nothing waits longer for a worker. */
const ACCEPTED_DAYS = 30;
/** Browsers repeat a request within minutes. */
const DONE_DAYS = 1;

/** What the worker does with an accepted submission. */
const Work = v.object({
  /** Identifiers and attributes, as of a public call. */
  person: ProfileAttributes,
  topics: v.array(v.object({ channel: Channel, type: ConsentType })),
  listId: v.optional(v.string()),
  isDouble: v.boolean(),
  evidence: Evidence,
  language: Language,
  /** The origin of links in mails. */
  origin: v.string(),
  /** The names of the events to store, and what they share. */
  metrics: v.array(v.string()),
  uniqueId: v.string(),
  properties: v.record(v.string(), v.string()),
  signals: v.optional(Signals),
});
export type Work = v.InferOutput<typeof Work>;

/**
 * A submission between the response and the worker. Nobody is looked up before the response. When it is done, only its
 * id stays for a day, so that a repeated request does nothing.
 */
const FormSubmission = v.object({
  account: v.string(),
  id: v.string(),
  formId: v.string(),
  submittedAt: v.string(),
  status: v.picklist(['accepted', 'done']),
  work: v.optional(Work),
  /** Why the worker gave up. */
  error: v.optional(v.string()),
  expiresAt: v.number(),
});
export type FormSubmission = v.InferOutput<typeof FormSubmission>;

/** The partition that lists the accepted submissions with an identifier, by age. */
export const submissionsPk = (account: string, value: string): string => `A#${account}#FORMSUBMISSIONS#${value}`;

const listingValue = ({ work }: Pick<FormSubmission, 'work'>): string | undefined =>
  identifierKinds.map((kind) => work?.person?.[kind]).find((value) => value) ?? undefined;

export const formSubmissions = entity({
  type: 'form_submission',
  schema: FormSubmission,
  key: ({ account, id }: Pick<FormSubmission, 'account' | 'id'>) => ({
    pk: `A#${account}#FORMSUBMISSION#${id}`,
    sk: 'SUBMISSION',
  }),
  json: ['work'],
  indexes: ({ account, id, work }) => {
    const value = listingValue({ work });
    return value === undefined ? {} : { gsi1: { pk: submissionsPk(account, value), sk: id } };
  },
});

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);
export const acceptedUntil = (at: Date): number => seconds(at) + ACCEPTED_DAYS * DAY_SECONDS;
export const doneUntil = (at: Date): number => seconds(at) + DONE_DAYS * DAY_SECONDS;
