import type { Done } from './clients.ts';
import type { Facts, Fault } from './judge.ts';
import { emailOf, PEOPLE, type Step } from './plan.ts';
import { uniqueIds } from './requests.ts';
import { allOf, type Seen } from './state.ts';

/** Those that no other one began after: whichever of them was the last, what holds is by one of them. */
const lastOf = (some: readonly Done[]): readonly Done[] =>
  some.filter((one) => !some.some((other) => other.began > endOf(one)));

/** What is worked off later can take effect at any time. */
const endOf = ({ step, ended }: Done): number =>
  step.does === 'bulk' || step.does === 'file' ? Number.POSITIVE_INFINITY : ended;

const is =
  (...does: readonly Step['does'][]) =>
  ({ step }: Done): boolean =>
    does.includes(step.does);

const EMAILS = Array.from({ length: Math.max(...PEOPLE) }, (_, person) => emailOf(person));

/** Where nobody is merged, erased or named otherwise, what was said last of each person holds. */
export const plainFaults = async ({ world, done, seen, items }: Facts): Promise<Fault[]> => {
  const faults: Fault[] = [];
  const accepted = done.filter(({ status }) => status < 300);
  const members = new Map<string, ReadonlySet<string>>();
  for (const list of world.lists)
    members.set(list, new Set((await allOf(world, `/api/lists/${list}/profiles?page[size]=50`)).map(({ id }) => id)));

  for (const email of EMAILS) {
    const profiles = seen.filter((one) => one.email === email);
    const [profile] = profiles;
    const theirs = accepted.filter((one) => namesOf(one).includes(email) || one.ids.includes(profile?.id ?? ' '));
    const tell = (detail: string): void => void faults.push({ about: [email, profile?.id ?? email], detail });
    if (theirs.some(is('create', 'upsert', 'event', 'subscribe', 'bulk', 'file')) !== (profiles.length === 1))
      tell(`There are ${profiles.length} profiles of ${email}.`);
    if (!profile) continue;
    registerFaults(theirs, profile, tell);
    consentFaults(theirs, profile, tell);
    suppressionFaults(theirs, profile, tell);
    for (const [i, list] of world.lists.entries())
      memberFaults(theirs, i, members.get(list)?.has(profile.id) ?? false, tell);
    for (const one of theirs.filter(is('bulk', 'file')))
      if (profile.properties[one.token] === undefined) tell(`${one.token} is not on ${profile.id}.`);
    for (const { step, token } of theirs) {
      if (step.does !== 'event') continue;
      for (const unique of uniqueIds(step, token))
        if (!items.some((item) => item.uniqueId === unique && item.profileId === profile.id))
          tell(`The event ${unique} is not of ${profile.id}.`);
    }
  }
  return faults;
};

const namesOf = ({ step }: Done): readonly (string | undefined)[] => {
  if (step.does === 'patch' || step.does === 'join' || step.does === 'leave' || step.does === 'read') return [];
  return [step.names.email, ...(step.does === 'bulk' ? step.others.map(({ email }) => email) : [])];
};

type Tell = (detail: string) => void;

const registerFaults = (theirs: readonly Done[], { properties }: Seen, tell: Tell): void => {
  const last = lastOf(theirs.filter(is('create', 'upsert', 'patch', 'bulk'))).map(({ token }) => token);
  if (last.length > 0 && !last.includes(String(properties.reg)))
    tell(`The last value is ${properties.reg}, and not one of ${last}.`);
};

const consentFaults = (theirs: readonly Done[], { marketing }: Seen, tell: Tell): void => {
  const last = lastOf(theirs.filter(is('subscribe', 'unsubscribe')));
  const isOn = marketing.consent === 'SUBSCRIBED';
  if (last.length === 0 && marketing.consent !== 'NEVER_SUBSCRIBED') tell(`Nobody said ${marketing.consent}.`);
  if (last.length > 0 && last.every(is('subscribe')) && !isOn)
    tell(`${last.map(({ token }) => token)} subscribed last, and it is ${marketing.consent}.`);
  const leaves = ({ step }: Done): boolean => step.does === 'unsubscribe' && step.list === undefined;
  if (last.length > 0 && last.every(leaves) && isOn) tell(`${last.map(({ token }) => token)} unsubscribed last.`);
};

const suppressionFaults = (theirs: readonly Done[], { marketing }: Seen, tell: Tell): void => {
  const last = lastOf(theirs.filter(is('suppress', 'lift', 'subscribe')));
  const isSuppressed = marketing.suppression.some(({ reason }) => /^(USER|MANUAL|user)/.test(reason));
  const tokens = last.map(({ token }) => token);
  if (last.length > 0 && last.every(is('suppress')) && !isSuppressed)
    tell(`${tokens} suppressed last, without effect.`);
  if (last.every(is('lift', 'subscribe')) && isSuppressed) tell(`${tokens} lifted the suppression last.`);
};

const memberFaults = (theirs: readonly Done[], list: number, isMember: boolean, tell: Tell): void => {
  const joins = ({ step }: Done): boolean =>
    ((step.does === 'join' || step.does === 'subscribe') && step.list === list) || (step.does === 'bulk' && list === 0);
  const leaves = ({ step }: Done): boolean =>
    (step.does === 'leave' || step.does === 'unsubscribe') && step.list === list;
  const optsOut = ({ step }: Done): boolean => step.does === 'unsubscribe' && step.list === list;
  const last = lastOf(theirs.filter((one) => joins(one) || leaves(one)));
  const tokens = last.map(({ token }) => token);
  // A bulk import puts nobody back on a list who ever opted out of it: docs/adr/0059.
  const mayStayOut = last.every(is('bulk')) && theirs.some(optsOut);
  if (last.length > 0 && last.every(joins) && !isMember && !mayStayOut)
    tell(`${tokens} joined list ${list} last, without effect.`);
  if (last.every(leaves) && isMember) tell(`${tokens} left list ${list} last, without effect.`);
};
