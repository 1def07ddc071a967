import { Session } from 'node:inspector/promises';

/** What a row's processor time goes to, in the order of the pipeline. */
export const stageNames = ['parse', 'map', 'validate', 'apply', 'marshal', 'send', 'runtime'] as const;
export type Stage = (typeof stageNames)[number];

/** By the file that contains a function. Time in other files counts for the caller. */
const places: readonly (readonly [Stage, RegExp])[] = [
  ['parse', /functions\/domains\/imports\/csv\//],
  ['validate', /node_modules\/valibot\/|functions\/model\/properties\.ts/],
  [
    'marshal',
    /functions\/platform\/table\/(entity|expression|write|batch-statements|client\/(byte-writer|document-client|marshall|unmarshall))\.ts|util-dynamodb|lib-dynamodb/,
  ],
  ['send', /functions\/platform\/(table|storage)\/|node_modules\/@(smithy|aws-sdk)\/|^node:/],
  [
    'map',
    /functions\/domains\/imports\/(cells|columns|contents|mappings|rows)\/|functions\/model\/phone|libphonenumber/,
  ],
  ['apply', /functions\//],
];

interface Frame {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[] | undefined;
}

/** The share of each stage in what this process computes during `work`, from samples of where it is, ten thousand a second. */
export const sharesOf = async (work: () => Promise<unknown>): Promise<Readonly<Record<Stage, number>>> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 100 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();

  const stages = stagesOf(profile.nodes);
  const times: Record<Stage, number> = Object.fromEntries(stageNames.map((name) => [name, 0])) as never;
  let whole = 0;
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const stage = stages.get(id);
    if (!stage) continue;
    const time = profile.timeDeltas?.[i] ?? 0;
    times[stage] += time;
    whole += time;
  }
  for (const name of stageNames) {
    if (times[name] === 0) throw new Error(`No time was spent on '${name}': correct the paths of its files.`);
    times[name] /= whole;
  }
  return times;
};

/** Of each frame by its id; idle ones, and those of the sampling itself, have none. */
const stagesOf = (frames: readonly Frame[]): ReadonlyMap<number, Stage> => {
  const byId = new Map(frames.map((frame) => [frame.id, frame]));
  const stages = new Map<number, Stage>();
  const visit = ({ id, callFrame, children = [] }: Frame, caller: Stage): void => {
    const { functionName, url } = callFrame;
    const stage = places.find(([, pattern]) => pattern.test(url))?.[0] ?? caller;
    if (functionName !== '(idle)' && !url.startsWith('node:inspector')) stages.set(id, stage);
    for (const child of children) {
      const frame = byId.get(child);
      if (frame) visit(frame, stage);
    }
  };
  const [root] = frames;
  if (root) visit(root, 'runtime');
  return stages;
};
