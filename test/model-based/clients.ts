import { setTimeout as sleep } from 'node:timers/promises';
import { generator } from '../support/random.ts';
import { drawStep, peopleIn, type RoundKind, type Step } from './plan.ts';
import { type Request, refusals, requestOf } from './requests.ts';
import type { World } from './world.ts';

/** What a client did, and when by a clock that counts beginnings and ends. */
export interface Done {
  readonly client: number;
  readonly token: string;
  readonly step: Step;
  readonly began: number;
  readonly ended: number;
  /** How often it was sent: more than once where an answer was lost. */
  readonly attempts: number;
  readonly status: number;
  /** The profiles that it named or that answered, the one that answered first. */
  readonly ids: readonly string[];
  /** The job that it began. */
  readonly job?: string;
  readonly request?: Request;
}

export interface History {
  readonly done: Done[];
  readonly wrong: string[];
}

const KILLED = 0.03;
const TWICE = 0.1;
const MOST_ATTEMPTS = 60;

interface Round {
  readonly seed: number;
  readonly kind: RoundKind;
  readonly clients: number;
  readonly steps: number;
}

/** Lets so many clients do so many steps each, all at once, with two workers beside them. */
export const runClients = async (world: World, { seed, kind, clients, steps }: Round): Promise<History> => {
  const done: Done[] = [];
  const wrong: string[] = [];
  const ids: string[] = [];
  let clock = 0;
  let isOver = false;

  const lifeOf = (random: () => number) =>
    random() < KILLED ? { left: 1 + Math.floor(random() * 8), isLate: random() < 0.5 } : undefined;

  /** As a client does that is told to try again. */
  const insist = async ({ method, path, body }: Request, random: () => number) => {
    for (let attempts = 1; ; attempts++) {
      const answer = await world.send(method, path, body, lifeOf(random));
      if (answer.status < 500) return { answer, attempts };
      if (answer.status !== 503 && !answer.isKilled)
        wrong.push(`${method} ${path} answered ${answer.status}: ${world.lines.at(-1)}`);
      if (attempts >= MOST_ATTEMPTS) return { answer, attempts };
      await sleep(random() * 20);
    }
  };

  const undo = async (id: string, pick: number, random: () => number): Promise<Request | undefined> => {
    const { answer } = await insist({ method: 'GET', path: `/api/profiles/${id}/merges` }, random);
    const merges = answer.status === 200 ? answer.body.data : [];
    const merge = merges[pick % Math.max(1, merges.length)];
    return merge && { method: 'POST', path: `/api/profile-merges/${merge.id}/undo` };
  };

  const act = async (client: number, number: number, step: Step, random: () => number): Promise<void> => {
    // Tokens that are no part of each other, so that each can be searched for.
    const token = `w${client}x${number}z`;
    const [id, otherId] = [step.pick, 'other' in step ? step.other : 0].map((at) => ids[at % Math.max(1, ids.length)]);
    clock += 1;
    const began = clock;
    const note = (more: Pick<Done, 'status' | 'attempts'> & Partial<Done>): void => {
      clock += 1;
      done.push({ client, token, step, began, ended: clock, ids: [], ...more });
    };
    if (step.does === 'file') {
      await world.dropFile(`profiles/${token}.csv`, `email,${token}\n${step.names.email},yes\n`);
      note({ status: 202, attempts: 1 });
      return;
    }
    const known = { token, id, otherId, lists: world.lists };
    const request = step.does === 'undo' ? id && (await undo(id, step.pick, random)) : requestOf(step, known);
    if (!request) return;
    const { answer, attempts } = await insist(request, random);
    const { status, body } = answer;
    const isDone = status < 300;
    if (status >= 400 && !refusals[step.does].includes(status))
      wrong.push(`${token} ${request.method} ${request.path} answered ${status}: ${JSON.stringify(body)}`);
    const data = isDone ? body?.data : undefined;
    const answered = data?.type === 'profile' ? [String(data.id)] : [];
    const named = [id, otherId].filter((one) => one !== undefined && JSON.stringify(request).includes(one));
    const merged = data?.type === 'profile-merge' ? [data.attributes.destination_id, data.attributes.source_id] : [];
    note({
      status,
      attempts,
      request,
      ids: [...new Set([...answered, ...merged, ...named.map(String)])],
      ...(data !== undefined && answered.length === 0 && data.id !== undefined && { job: String(data.id) }),
      ...(isDone && jobAt(answer.headers.Location)),
    });
    for (const one of answered) if (!ids.includes(one)) ids.push(one);
    const [own] = answered;
    const isWrite = step.does === 'create' || step.does === 'upsert' || step.does === 'patch';
    if (isWrite && own !== undefined && random() < 0.25) await readBack(token, own, random);
  };

  /** Who wrote something sees it at once. */
  const readBack = async (token: string, id: string, random: () => number): Promise<void> => {
    const { answer } = await insist({ method: 'GET', path: `/api/profiles/${id}` }, random);
    const isThere = answer.status === 200 && answer.body.data.attributes.properties[token] === true;
    if (!isThere && kind !== 'erasing')
      wrong.push(`${token} is not on ${id} just after it was written: ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  const runClient = async (client: number): Promise<void> => {
    const random = generator(seed * 1_009 + client);
    const drawn = { kind, people: peopleIn(seed) };
    for (let number = 0; number < steps; number++) await act(client, number, drawStep(random, drawn), random);
  };
  const runWorker = async (worker: number): Promise<void> => {
    const random = generator(seed * 2_003 + worker);
    const draw = () => ({ life: lifeOf(random), isTwice: random() < TWICE });
    while (!isOver) if (!(await world.workOnce(draw))) await sleep(5);
  };
  const workers = [runWorker(0), runWorker(1)];
  await Promise.all(Array.from({ length: clients }, (_, client) => runClient(client)));
  isOver = true;
  await Promise.all(workers);
  return { done, wrong };
};

/** A job that is answered without a body, by its address. */
const jobAt = (location: string | undefined): Pick<Done, 'job'> => {
  const id = location?.split('/').findLast((part) => part !== '');
  return id === undefined ? {} : { job: id };
};
