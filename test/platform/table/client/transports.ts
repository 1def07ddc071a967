import { openHttp } from '../../../../functions/platform/table/client/transport/http.ts';
import { openLazyPool } from '../../../../functions/platform/table/client/transport/lazy-pool.ts';

/** The clients of DynamoDB, by purpose. */
export const clients = { requests: openHttp, rows: openLazyPool };
export const ways = Object.keys(clients) as (keyof typeof clients)[];
