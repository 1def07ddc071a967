import fc from 'fast-check';

export const PEOPLE = 2;
export const LISTS = ['news', 'sales'] as const;
type List = (typeof LISTS)[number];
export const SHARING = 'sharing#advertising';
export const TOPICS = ['email#marketing', 'sms#marketing', SHARING] as const;
type Named = (typeof TOPICS)[number];

/** Actions of people and programs on the pages, with changes by a shop and a browser in between. */
export type Step = { readonly person: number } & (
  | {
      readonly does: 'save';
      /** Those of these that the page shows are ticked. */
      readonly ticks: readonly string[];
      readonly isAll: boolean;
      readonly hasGpc: boolean;
      /** Sent twice at once, as by a double click. */
      readonly isTwice: boolean;
      /** Joins this list between opening the page and saving it. */
      readonly joins?: List | undefined;
    }
  | { readonly does: 'unsubscribe'; readonly by: 'page' | 'one-click' | 'only-list'; readonly list?: List | undefined }
  | { readonly does: 'look' | 'visit' }
  | { readonly does: 'server'; readonly topic: Named; readonly isOn: boolean; readonly list?: List | undefined }
);

const person = fc.integer({ min: 0, max: PEOPLE - 1 });
const does = <const Does extends string>(...what: Does[]) => fc.constantFrom(...what);
const list = fc.option(fc.constantFrom(...LISTS), { nil: undefined });
const rarely = fc.integer({ min: 0, max: 4 }).map((one) => one === 0);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        person,
        does: does('save'),
        ticks: fc.subarray([...TOPICS, ...LISTS], { minLength: 2 }),
        isAll: rarely,
        hasGpc: fc.boolean(),
        isTwice: rarely,
        joins: list,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ person, does: does('unsubscribe'), by: does('page', 'one-click', 'only-list'), list }),
    },
    { weight: 5, arbitrary: fc.record({ person, does: does('look', 'visit', 'visit') }) },
    {
      weight: 3,
      arbitrary: fc.record({
        person,
        does: does('server'),
        topic: fc.constantFrom(...TOPICS),
        isOn: fc.boolean(),
        list,
      }),
    },
  ),
  { minLength: 10, maxLength: 18 },
);

type Status = 'SUBSCRIBED' | 'UNSUBSCRIBED';

/** The source: a repeated opt-in showed another wording. */
type Way = 'page' | 'gpc' | 'server';

const SMS = ['sms#marketing', 'sms#transactional'] as const;
const OFFERED = ['email#marketing', ...SMS, SHARING] as const;

/** The expected state of one person, by one rule for each step. */
export class Expected {
  readonly lists = new Set<string>();
  /** By topic and list, the expected entries of the ledger, in order. */
  readonly told = new Map<string, Status[]>();
  readonly #by = new Map<string, Way>();
  #isInSpite = false;

  statusOf(name: string): Status | 'NEVER_SUBSCRIBED' {
    return this.told.get(name)?.at(-1) ?? 'NEVER_SUBSCRIBED';
  }

  /** The boxes of the page, and whether they are ticked. */
  shown(hasGpc: boolean): Map<string, boolean> {
    const isRefused = hasGpc && !(this.statusOf(SHARING) === 'SUBSCRIBED' && this.#isInSpite);
    const topics = OFFERED.flatMap((topic): [string, boolean][] => {
      const isOffered = this.told.has(topic) || topic === 'email#marketing' || (topic === SHARING && hasGpc);
      const isOn = this.statusOf(topic) === 'SUBSCRIBED' && !(topic === SHARING && isRefused);
      return isOffered ? [[`topic:${topic}`, isOn]] : [];
    });
    const isQuiet =
      this.statusOf('email#marketing') === 'UNSUBSCRIBED' && this.statusOf('sms#marketing') !== 'SUBSCRIBED';
    return new Map([...topics, ...[...this.lists].map((list): [string, boolean] => [`list:${list}`, !isQuiet])]);
  }

  save(shown: ReadonlyMap<string, boolean>, { ticks, isAll, hasGpc }: Extract<Step, { readonly does: 'save' }>): void {
    if (hasGpc) this.say(SHARING, 'UNSUBSCRIBED', 'gpc');
    const on = OFFERED.filter((topic) => this.statusOf(topic) === 'SUBSCRIBED');
    if (isAll) for (const topic of [...on, OFFERED[0]]) this.say(topic, 'UNSUBSCRIBED', 'page');
    if (isAll) return;
    for (const topic of OFFERED.filter((one) => shown.has(`topic:${one}`))) {
      if (on.includes(topic) === ticks.includes(topic)) continue;
      if (ticks.includes(topic)) this.say(topic, 'SUBSCRIBED', 'page', hasGpc);
      else if (this.told.has(topic)) this.say(topic, 'UNSUBSCRIBED', 'page');
    }
    for (const list of LISTS) if (shown.has(`list:${list}`) && !ticks.includes(list)) this.leave(list);
  }

  leave(list: string): void {
    if (this.statusOf(list) !== 'UNSUBSCRIBED') this.#tell(list, 'UNSUBSCRIBED');
    this.lists.delete(list);
  }

  /** By a server. Leaving a list does not change the channel; sharing belongs to no list. */
  server({ topic, isOn, list }: Extract<Step, { readonly does: 'server' }>): void {
    const isOfList = list !== undefined && topic !== SHARING;
    if (isOn) {
      this.say(topic, 'SUBSCRIBED', 'server');
      if (list !== undefined) this.lists.add(list);
      const hasLeft = list !== undefined && this.statusOf(list) === 'UNSUBSCRIBED';
      if (hasLeft && topic === 'email#marketing') this.#tell(list, 'SUBSCRIBED');
    } else if (isOfList && (this.lists.has(list) || this.statusOf(list) === 'UNSUBSCRIBED')) this.leave(list);
    else this.say(topic, 'UNSUBSCRIBED', 'server');
  }

  /** The newest change counts, once. The signal alone changes nothing for a person who has overridden it. */
  say(topic: string, to: Status, by: Way, isInSpite = false): void {
    const isDecided = topic === SHARING && this.statusOf(topic) === 'SUBSCRIBED' && this.#isInSpite;
    if (by === 'gpc' && isDecided) return;
    const isAgain = this.statusOf(topic) === to && (to === 'UNSUBSCRIBED' || this.#by.get(topic) === by);
    if (!isAgain) {
      this.#tell(topic, to);
      this.#by.set(topic, by);
      if (topic === SHARING) this.#isInSpite = isInSpite;
    }
    if (topic === SMS[0] && to === 'UNSUBSCRIBED') this.say(SMS[1], to, by);
  }

  #tell(name: string, to: Status): void {
    this.told.set(name, [...(this.told.get(name) ?? []), to]);
  }
}
