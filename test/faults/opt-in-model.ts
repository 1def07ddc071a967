import fc from 'fast-check';

export const PEOPLE = 3;
export const LISTS = ['news', 'sales'] as const;
type List = (typeof LISTS)[number];

/** One action of a person, a shop, a mail program, or the passage of time. */
export type Step = { readonly person: number } & (
  | { readonly does: 'ask'; readonly by: 'form' | 'browser' | 'server'; readonly list: List }
  /** A link of one of the mails, opened as often as by a scanner or an impatient person. */
  | { readonly does: 'look' | 'confirm' | 'decline'; readonly mail: number }
  | { readonly does: 'unsubscribe' | 'one-click' | 'complain' | 'bounce' }
  | { readonly does: 'leave'; readonly list: List }
  | { readonly does: 'history'; readonly day: number }
  | { readonly does: 'sms'; readonly isOn: boolean }
  | { readonly does: 'wait'; readonly hours: number }
);

const person = fc.integer({ min: 0, max: PEOPLE - 1 });
const list = fc.constantFrom(...LISTS);
const does = <const Does extends string>(...what: Does[]) => fc.constantFrom(...what);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ person, does: does('ask'), by: does('form', 'browser', 'server'), list }) },
    {
      weight: 8,
      arbitrary: fc.record({ person, does: does('look', 'confirm', 'confirm', 'decline'), mail: fc.nat(3) }),
    },
    { weight: 3, arbitrary: fc.record({ person, does: does('unsubscribe', 'one-click', 'complain', 'bounce') }) },
    { weight: 2, arbitrary: fc.record({ person, does: does('leave'), list }) },
    { weight: 2, arbitrary: fc.record({ person, does: does('history'), day: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ person, does: does('sms'), isOn: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ person, does: does('wait'), hours: fc.constantFrom(1, 30, 80) }) },
  ),
  { minLength: 12, maxLength: 26 },
);

/** Days of opt-ins and days of opt-outs alternate. */
export const statusOn = (day: number): 'SUBSCRIBED' | 'UNSUBSCRIBED' => (day % 2 === 0 ? 'SUBSCRIBED' : 'UNSUBSCRIBED');
export const timeOn = (day: number) => Date.UTC(2025, 0, day);

const HOUR = 3_600_000;
type Status = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NEVER_SUBSCRIBED';

interface Mail {
  readonly askedAt: number;
  readonly list: List;
  state: 'pending' | 'confirmed' | 'declined';
}

/** The expected state of one person: as documented, by one rule for each step. */
export class Expected {
  readonly mails: Mail[] = [];
  readonly lists = new Set<string>();
  readonly leftLists = new Set<string>();
  readonly suppressed = new Map<string, number>();
  readonly confirmations: number[] = [];
  status: Status = 'NEVER_SUBSCRIBED';
  sms: Status = 'NEVER_SUBSCRIBED';
  isKnown = false;
  #since = Number.NEGATIVE_INFINITY;
  #declinedUntil = Number.NEGATIVE_INFINITY;

  /** True if a mail must be sent. */
  isAskable(now: number): boolean {
    return !this.suppressed.has('HARD_BOUNCE') && now >= this.#declinedUntil;
  }

  /** The text that a person reads after a link of a mail. */
  confirm(mail: Mail, now: number): 'subscribed' | 'before' | 'declined' | 'expired' {
    // The expiry of a link comes before everything else.
    if (now >= mail.askedAt + 72 * HOUR) return 'expired';
    if (mail.state !== 'pending') return mail.state === 'confirmed' ? 'before' : 'declined';
    mail.state = 'confirmed';
    this.isKnown = true;
    this.confirmations.push(now);
    this.say('SUBSCRIBED', now);
    this.lists.add(mail.list);
    this.leftLists.delete(mail.list);
    return 'subscribed';
  }

  decline(mail: Mail, now: number): void {
    this.#declinedUntil = now + 90 * 24 * HOUR;
    if (mail.state === 'pending') mail.state = 'declined';
    // The owner of the address gets no more mail, however they subscribed.
    if (this.isKnown) this.say('UNSUBSCRIBED', now);
  }

  leave(list: string, now: number): void {
    this.isKnown = true;
    if (!this.lists.delete(list) && !this.leftLists.has(list)) this.say('UNSUBSCRIBED', now);
    else this.leftLists.add(list);
  }

  suppress(reason: string, now: number): void {
    if (!this.suppressed.has(reason)) this.suppressed.set(reason, now);
  }

  /**
   * The newest change counts. An opt-in lifts older suppressions of the person's will, and not those of failed
   * delivery.
   */
  say(to: Exclude<Status, 'NEVER_SUBSCRIBED'>, at: number): void {
    this.isKnown = true;
    if (at < this.#since) return;
    this.#since = at;
    this.status = to;
    if (to === 'UNSUBSCRIBED') this.suppress('UNSUBSCRIBE', at);
    else
      for (const [reason, since] of this.suppressed)
        if (reason !== 'HARD_BOUNCE' && since <= at) this.suppressed.delete(reason);
  }
}
