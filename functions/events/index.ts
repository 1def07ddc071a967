import type { Domain } from '../domain.ts';
import * as ingest from './routes/ingest.ts';

export const events: Domain = { name: 'events', routes: { ...ingest }, triggers: [], uses: ['table'] };
