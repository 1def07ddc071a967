import type { Context } from '../../../domains/accounts/context.ts';
import type { EventDraft } from '../../../domains/events/draft.ts';
import { type IngestedEvent, ingest } from '../../../domains/events/ingest.ts';
import { personKeyOf } from '../../../domains/events/persons.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { ApiError, errorCodes, type Problem } from '../../../platform/errors.ts';
import { type Outcome, type ProcessedEvent, reject } from './outcome.ts';

interface IndexedDraft {
  readonly index: number;
  readonly draft: EventDraft;
}

/** Each round finds at least one wrong event, mostly all of them. */
const MAX_ROUNDS = 50;

/**
 * Stores events, and rejects those that are wrong one by one. Public events are stored person by person, as those of
 * other public routes are: what the table gets for one person does not depend on another.
 */
export const storeEvents = async (
  drafts: readonly IndexedDraft[],
  context: Context,
): Promise<ReadonlyMap<number, ProcessedEvent>> => {
  if (context.caller.kind !== 'public') return storeGroup(drafts, context);
  const processed = new Map<number, ProcessedEvent>();
  // A duplicate or an erasure would show who is known.
  for (const group of Map.groupBy(drafts, ({ draft }) => personKeyOf(draft.person, context)).values())
    for (const [index, { outcome, ...rest }] of await storeGroup(group, context)) {
      const isInvalid = typeof outcome === 'object' && outcome.code === 'invalid';
      processed.set(index, { ...rest, outcome: isInvalid ? outcome : 'accepted' });
    }
  return processed;
};

const storeGroup = async (drafts: readonly IndexedDraft[], context: Context): Promise<Map<number, ProcessedEvent>> => {
  const processed = new Map<number, ProcessedEvent>();
  let pending = drafts;
  for (let round = 1; pending.length > 0; round++) {
    const result = await tryIngest(
      pending.map(({ draft }) => draft),
      context,
    );
    if (!(result instanceof ApiError)) {
      for (const [i, { index }] of pending.entries()) processed.set(index, processedEvent(result[i], index));
      return processed;
    }
    const problems = problemsByIndex(result);
    const isKnown = problems.size > 0 && round < MAX_ROUNDS;
    for (const { index } of pending) {
      const own = problems.get(index) ?? (isKnown ? undefined : result.problems);
      if (own) processed.set(index, { outcome: reject(result.code, own) });
    }
    pending = pending.filter(({ index }) => !processed.has(index));
  }
  return processed;
};

/** Returns an error of the events, and throws one that concerns the whole request. */
const tryIngest = async (
  drafts: readonly EventDraft[],
  context: Context,
): Promise<readonly IngestedEvent[] | ApiError> => {
  try {
    return await ingest(drafts, sourceOfCall('segment', context.caller), context);
  } catch (error) {
    if (error instanceof ApiError && errorCodes[error.code].status < 429) return error;
    throw error;
  }
};

/** Drafts point to places below their index. */
const problemsByIndex = ({ problems }: ApiError): ReadonlyMap<number, Problem[]> => {
  const byIndex = new Map<number, Problem[]>();
  for (const problem of problems) {
    const [, index] = /^\/(\d+)(\/|$)/.exec(problem.source?.pointer ?? '') ?? [];
    if (index !== undefined) byIndex.set(Number(index), [...(byIndex.get(Number(index)) ?? []), problem]);
  }
  return byIndex;
};

const processedEvent = (ingested: IngestedEvent | undefined, index: number): ProcessedEvent => ({
  outcome: outcomeOf(ingested, index),
  ingested,
});

const outcomeOf = (ingested: IngestedEvent | undefined, index: number): Outcome => {
  switch (ingested?.outcome) {
    case 'stored':
      return 'accepted';
    case 'duplicate':
      return 'duplicate';
    case 'conflict':
      return reject('conflict', conflictProblem(index));
    default:
      return reject('erased', erasedProblem(index));
  }
};

export const conflictProblem = (index: number): Problem => ({
  detail: 'Another call with this messageId has other content. The first one is kept.',
  source: { pointer: `/${index}/messageId` },
});

export const erasedProblem = (index: number): Problem => ({
  detail: 'The person was erased. Nothing is stored.',
  source: { pointer: `/${index}` },
});
