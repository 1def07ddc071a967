import { LAMBDA_SET_ASIDE, SET_ASIDE } from '../platform/changes/set-aside.ts';
import { serveStream } from '../platform/changes/stream.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** The one reader of the table's stream: it sends changes to the queues of all services that have `change` triggers. */
export const changes: ServiceDeclaration = {
  name: 'changes',
  routes: {},
  triggers: [],
  readsStream: true,
  uses: [{ bucket: 'archive', write: [SET_ASIDE, LAMBDA_SET_ASIDE] }],
};

export const stream = serveStream();
