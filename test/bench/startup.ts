import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allServices } from '../../functions/services.ts';
import { built } from './built.ts';
import { type Figure, leastInTurns } from './figure.ts';
import { startSink } from './local-sink.ts';
import { eventRequest } from './request.ts';

const RUNS = 12;

/** Import time of each function's bundle as a multiple of an empty process's, and the size of the bundle. */
export const startup = async (): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const figures: Figure[] = [];
    for (const [name, { entry, loaded, whole }] of built(folder, allServices)) {
      figures.push(
        {
          name: `startup.${name}`,
          value: await ratioToBare([entry]),
          unit: '× bare node',
          better: 'lower',
          aim: 2,
        },
        { name: `bundle.${name}`, value: loaded / 1024, unit: 'KB', better: 'lower' },
        { name: `bundle.${name}.whole`, value: whole / 1024, unit: 'KB', better: 'lower' },
      );
    }
    figures.push(await firstEvent(join(folder, 'events/index.js')));
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const ANSWER_ONE = `
  const [, bundle, event] = process.argv;
  const { http } = require(bundle);
  http(JSON.parse(event), {}).then(({ statusCode }) => process.exit(statusCode === 202 ? 0 : 1));`;

/** To the first answer, so that what is only put off doesn't look like a gain. It includes three answers of the sink. */
const firstEvent = async (bundle: string): Promise<Figure> => {
  const { endpoint, stop } = await startSink();
  try {
    const env = { ...process.env, TABLE_NAME: 'bench', AWS_ENDPOINT_URL: endpoint };
    const value = await ratioToBare(['-e', ANSWER_ONE, bundle, JSON.stringify(eventRequest(0))], env);
    return { name: 'startup.events.firstEvent', value, unit: '× bare node', better: 'lower' };
  } finally {
    stop();
  }
};

const ratioToBare = async (args: readonly string[], env = process.env): Promise<number> => {
  const [own, bare] = await leastInTurns(RUNS, [() => wallMs(args, env), () => wallMs(['-e', '0'])]);
  return own / bare;
};

const wallMs = (args: readonly string[], env = process.env): number => {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`The process ended with ${status}: ${stderr}`);
  return performance.now() - start;
};
