import { ulid } from 'ulid';
import { accessJob, defineAccessJob } from '../../functions/domains/privacy/access/run.ts';
import { serveHttp } from '../../functions/platform/http/serve.ts';
import { type Services, servicesFromEnvironment } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { openLazyPool } from '../../functions/platform/table/client/transport/lazy-pool.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { catalog } from '../../functions/services/catalog.ts';
import { consent } from '../../functions/services/consent.ts';
import { events } from '../../functions/services/events.ts';
import { imports } from '../../functions/services/imports.ts';
import { privacy } from '../../functions/services/privacy.ts';
import { profiles } from '../../functions/services/profiles.ts';
import { withImportPace } from '../support/import-pace.ts';
import type { Work } from './process.ts';

/** With frequent checkpoints. */
const privacyInSteps: ServiceDeclaration = {
  ...privacy,
  triggers: privacy.triggers.map((trigger) =>
    trigger === accessJob ? defineAccessJob({ partBytes: 20_000, pagesAtOnce: 2 }) : trigger,
  ),
};

/**
 * A function in a process of its own, as in Lambda: it serves one event, with clients and settings from its
 * environment. Only its clock runs ahead as configured, so that nobody has to wait for leases to expire.
 */
const serve = async ({ domain, entry, event, limitMs, clockMs, pace }: Work): Promise<unknown> => {
  const began = Date.now();
  const now = () => new Date(Date.now() + clockMs);
  const open = entry === 'queue' ? openLazyPool : undefined;
  const services = (): Services => ({
    ...servicesFromEnvironment(open),
    now,
    newId: (at = now()) => ulid(at.getTime()),
  });
  const context = { getRemainingTimeInMillis: () => limitMs - (Date.now() - began) };
  const paced = {
    ...imports,
    triggers: withImportPace(imports.triggers, pace),
  };
  const served = { catalog, imports: paced, profiles, consent, events, privacy: privacyInSteps }[domain];
  return entry === 'queue'
    ? serveQueue(served, services)(event as never, context)
    : serveHttp(served, services)(event as never, context as never);
};

process.once('message', async (work: Work) => {
  process.send?.({ kind: 'begun' });
  const answer = await serve(work);
  process.send?.({ kind: 'answered', answer }, () => process.exit());
});
process.send?.({ kind: 'ready' });
