import { describeError } from '../admin/cli/advice.ts';
import { type Check, Failure, type Outcome, type Phase, type Result } from './session/check.ts';
import type { Session } from './session/session.ts';

export interface Choice {
  readonly phase: Phase;
  /** Names; empty means all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export const belongsTo = ({ phases = ['now'] }: Check, phase: Phase): boolean => phases.includes(phase);

/** The named checks with all that they build on. */
const withOrigins = (names: readonly string[], all: readonly Check[]): ReadonlySet<string> => {
  const wanted = new Set(names);
  // What a check builds on stands before it.
  for (const { name, after = [] } of all.toReversed()) if (wanted.has(name)) for (const one of after) wanted.add(one);
  return wanted;
};

/** Runs checks one after another. None is left out in silence: each has a result. */
export const runChecks = async (
  all: readonly Check[],
  { phase, only, skip }: Choice,
  session: Session,
  report: { begin(check: Check): void; end(result: Result): void },
): Promise<readonly Result[]> => {
  const wanted = only.length > 0 ? withOrigins(only, all) : undefined;
  const results: Result[] = [];
  for (const check of all) {
    if (!belongsTo(check, phase)) continue;
    const began = Date.now();
    report.begin(check);
    const found = await resultOf(check, { results, skip, wanted, phase }, session);
    const { name, claim } = check;
    const result = { check: name, claim, ...found, seconds: (Date.now() - began) / 1_000 };
    results.push(result);
    report.end(result);
  }
  return results;
};

interface So {
  readonly results: readonly Result[];
  readonly skip: readonly string[];
  readonly wanted: ReadonlySet<string> | undefined;
  readonly phase: Phase;
}

type Found = Pick<Result, 'outcome' | 'detail' | 'advice'>;
const found = (outcome: Outcome, detail: string): Found => ({ outcome, detail });

const resultOf = async (check: Check, so: So, session: Session): Promise<Found> => {
  const { name, after = [], advice } = check;
  if (so.skip.includes(name)) return found('skipped', 'by --skip');
  if (so.wanted && !so.wanted.has(name)) return found('skipped', 'by --only');
  const unmet = so.results.find((one) => after.includes(one.check) && !/passed|warned/.test(one.outcome));
  if (unmet) return found('skipped', `it builds on ${unmet.check}, which is ${unmet.outcome}`);
  try {
    const absent = await check.absent?.(session);
    if (absent !== undefined) return found('not set up', absent);
    const missing = await missingFor(check, session);
    if (missing !== undefined) return found('only on AWS', missing);
    const { seen, warning } = await check.run(session);
    return warning === undefined ? found('passed', seen) : { outcome: 'warned', detail: seen, advice: warning };
  } catch (error) {
    return { outcome: 'failed', detail: error instanceof Failure ? error.message : describeError(error), advice };
  }
};

/** What the local cloud answers decides, not what we believe of it. */
const missingFor = async ({ needs = [] }: Check, session: Session): Promise<string | undefined> => {
  if (!session.deployment.isLocal) return undefined;
  for (const capability of needs) {
    const missing = await capability.missing(session);
    if (missing !== undefined) return missing;
  }
  return undefined;
};
