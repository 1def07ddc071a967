import type { Visitor } from '../../shared/internals.ts';
import { profileBody } from './bodies.ts';
import { isAccepted, isRefused, type Parts } from './delivery.ts';
import { type Pending, settlePending } from './pending.ts';
import type { IdentityReply } from './visitor.ts';

export const identityBody = (pending: Pending, held: Visitor): string =>
  profileBody({
    // Until the reply, a new visitor id may be the same person: it must not become an alias.
    ...(pending.cid === held.cid && { anonymous_id: held.cid }),
    _kx: held.token,
    ...pending.attributes,
  });

/** Applies the reply to an `identify` that was sent as the visitor `held`. */
const accept = ({ visitors, deps }: Parts, sent: Pending, held: Visitor, reply: IdentityReply): void => {
  const { become, give } = visitors;
  const { exchange_id: token, should_clear_cookie } = reply;
  if (!token) return;
  const isLink = sent.attributes._kx !== undefined;
  if (held.token && (should_clear_cookie || (isLink && token !== held.token)))
    become(sent.cid === held.cid ? deps.newId() : sent.cid, token);
  else {
    become(held.cid, token);
    give(sent.cid, token);
  }
};

/** Sends an `identify` and applies the reply. Returns false if it must be tried again. */
export const sendIdentity = async (parts: Parts, pending: Pending): Promise<boolean> => {
  const { deps, visitors, waiters, backOff } = parts;
  const held = visitors.known();
  const reply = await deps.send('profiles', identityBody(pending, held));
  // Consent was withdrawn meanwhile: there is no visitor any more.
  if (deps.jar.get()?.cid !== held.cid) return true;
  if (isAccepted(reply)) accept(parts, pending, held, reply.meta ?? {});
  // It never was: the events after it belong to the visitor before it.
  else if (isRefused(reply)) visitors.give(pending.cid, held.token ?? '');
  else {
    backOff.fail(reply.retryAfterMs);
    return false;
  }
  backOff.reset();
  settlePending(deps.store, pending);
  if (isRefused(reply)) waiters.settle(pending.id, false);
  return true;
};
