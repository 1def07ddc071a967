import { randomBytes } from 'node:crypto';
import { Advice } from '../admin/cli/advice.ts';
import type { TargetOptions } from '../admin/deployment/target.ts';
import { checks } from './checks.ts';
import { removeAccount, revokeKeys } from './cleanup.ts';
import type { Report } from './report.ts';
import { belongsTo, runChecks } from './runner.ts';
import { openApi } from './session/api.ts';
import type { Outcome, Phase, Result } from './session/check.ts';
import { type Deployment, openDeployment } from './session/deployment.ts';
import type { Facts, Session, Sizes } from './session/session.ts';
import { openStateFile, type StateFile, stateFileOf } from './session/state.ts';

export interface SmokeOptions extends TargetOptions, Sizes {
  readonly resume: boolean;
  readonly remove: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** @default - .local/smoke/<stack>.json */
  readonly stateFile?: string;
}

/** Runs the checks, and says whether all that ran hold. */
export const smoke = async (options: SmokeOptions, report: Report): Promise<boolean> => {
  const phase: Phase = options.resume ? 'later' : 'now';
  refuseUnknown([...options.only, ...options.skip], phase);
  const began = Date.now();
  const deployment = await openDeployment(options);
  const stateFile = openStateFile(options.stateFile ?? stateFileOf(deployment.isLocal ? 'local' : deployment.name));
  const session = openSession(deployment, { stateFile, options, progress: report.progress });
  report.note(`Smoke test of ${deployment.target.where}, ${deployment.apiUrl}\n`);

  if (options.remove) {
    if (session.state().account === undefined)
      throw new Advice(`${stateFile.path} names no account: nothing is there.`);
    report.note(await removeAccount(session));
    stateFile.forget();
    return true;
  }

  let results: readonly Result[] = [];
  try {
    results = await runChecks(checks, { phase, only: options.only, skip: options.skip }, session, report);
  } finally {
    await revokeKeys(session);
  }
  const isFine = results.every(({ outcome }) => outcome !== 'failed');
  report.summary({
    outcomes: countsOf(results),
    where: deployment.target.where,
    seconds: (Date.now() - began) / 1_000,
    state: stateFile.path,
  });
  await leave({ isFine, phase, session, stateFile, report, options });
  return isFine;
};

/** A slip of the hand would leave a check out. */
const refuseUnknown = (names: readonly string[], phase: Phase): void => {
  const known = checks.filter((check) => belongsTo(check, phase)).map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Advice(`There is no check ${unknown.join(', ')} in this run. There are ${known.join(', ')}.`);
};

interface Left {
  readonly isFine: boolean;
  readonly phase: Phase;
  readonly session: Session;
  readonly stateFile: StateFile;
  readonly report: Report;
  readonly options: SmokeOptions;
}

/**
 * Removes what the runs made as soon as nothing has to be looked at any more, and nothing is under way: events come to
 * the archive minutes later. Says what stays until then.
 */
const leave = async ({ isFine, phase, session, stateFile, report, options }: Left): Promise<void> => {
  const { account, erasures } = session.state();
  if (account === undefined) return stateFile.forget();
  const again = `npm run smoke -- ${whereTo(options)}`;
  const isStill = erasures.length === 0 && Object.keys(session.facts()).every((name) => name === 'key');
  if (isFine && (phase === 'later' || isStill)) {
    report.note(await removeAccount(session));
    return stateFile.forget();
  }
  const due = erasures.map(({ dueAt }) => dueAt).toSorted();
  report.note(
    [
      `\nThe account ${account} stays with what it holds: ${JSON.stringify(session.state())}`,
      `This is kept in ${stateFile.path}.`,
      ...(due.length > 0 ? [`See whether the erasure completes, after ${due.at(-1)}:  ${again} --resume`] : []),
      `Or remove it all unseen, ten minutes from now:  ${again} --remove`,
    ].join('\n'),
  );
};

const whereTo = ({ local, stack, region, stackFile }: TargetOptions): string =>
  [
    ...(local ? ['--local'] : []),
    ...(stack === undefined ? [] : [`--stack ${stack}`]),
    ...(region === undefined ? [] : [`--region ${region}`]),
    ...(stackFile === undefined ? [] : [`--stack-file ${stackFile}`]),
  ].join(' ') || '--local';

const countsOf = (results: readonly Result[]): Readonly<Record<Outcome, number>> => {
  const count = (wanted: Outcome) => results.filter(({ outcome }) => outcome === wanted).length;
  return {
    passed: count('passed'),
    warned: count('warned'),
    failed: count('failed'),
    'not set up': count('not set up'),
    'only on AWS': count('only on AWS'),
    skipped: count('skipped'),
  };
};

interface Given {
  readonly stateFile: StateFile;
  readonly options: SmokeOptions;
  readonly progress: (text: string) => void;
}

const openSession = (deployment: Deployment, { stateFile, options, progress }: Given): Session => {
  const startedAt = new Date();
  const { where } = deployment.target;
  const left = stateFile.read();
  if (left && left.where !== where)
    throw new Advice(
      `${stateFile.path} is of ${left.where}, and this is ${where}. Move it away, or remove that one first.`,
    );
  if (options.resume && left?.account === undefined)
    throw new Advice(`There is nothing to resume: ${stateFile.path} names no account. Run it without --resume first.`);
  const began = options.resume && left ? left.startedAt : startedAt.toISOString();
  let state = { keyIds: [], erasures: [], ...left, where, startedAt: began };
  let facts: Facts = {};
  return {
    deployment,
    api: openApi(deployment.apiUrl, () => facts.key),
    sizes: { files: options.files, people: options.people, patience: options.patience },
    runId: `r${randomBytes(4).toString('hex')}`,
    startedAt,
    progress,
    facts: () => facts,
    note: (more) => {
      facts = { ...facts, ...more };
    },
    state: () => state,
    save: (changes) => {
      state = { ...state, ...changes };
      stateFile.write(state);
    },
  };
};
