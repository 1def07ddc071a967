import { openHttp } from '../../../../functions/platform/table/client/transport/http.ts';
import { openLazyPool } from '../../../../functions/platform/table/client/transport/lazy-pool.ts';

/** The clients by which DynamoDB is reached, by what each is for. */
export const clients = { requests: openHttp, rows: openLazyPool };
export const ways = Object.keys(clients) as (keyof typeof clients)[];
