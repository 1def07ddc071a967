import * as v from 'valibot';
import { ApiError } from '../../../../platform/errors.ts';
import type { FetchResponse } from '../../../../platform/fetch/fetch.ts';
import { parseExact } from '../../../../platform/json/parse-exact.ts';
import { readPayload } from '../../source/define-topic.ts';
import { type MapContext, VendorBusyError } from '../../source/source.ts';
import type { Delivery } from './payloads.ts';

const API = 'https://api.bigcommerce.com';
const MAX_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** Reads from the API of the store that a delivery names. The token is good for one store only. */
export const openApi = async ({ producer }: Delivery, { vendorApi, settings }: MapContext) => {
  const token = await vendorApi.token();
  if (token === undefined)
    throw new ApiError('not_authenticated', {
      detail:
        'BigCommerce sends only ids, and the integration has no API token to read the rest. Set it: npm run admin -- ' +
        'integrations token <id>. Then replay this delivery.',
    });

  const get = async (path: string): Promise<FetchResponse> => {
    try {
      return await vendorApi.fetch(`${API}/${producer}/${path}`, {
        headers: { 'x-auth-token': token, accept: 'application/json' },
        totalMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        // The token is for this host.
        maxRedirects: 0,
      });
    } catch {
      throw new VendorBusyError("BigCommerce's API cannot be reached.");
    }
  };

  return {
    /** Reads one thing; undefined if it is gone. */
    async read<Schema extends v.GenericSchema>(
      path: string,
      schema: Schema,
    ): Promise<v.InferOutput<Schema> | undefined> {
      const response = await get(path);
      const { status, headers } = response;
      // Empty lists have no body.
      if (status === 204 || status === 404) return undefined;
      if (status === 200) return readPayload(schema, await bodyOf(response), settings);
      if (status === 429) throw new VendorBusyError("BigCommerce's API is busy.", resetMs(headers));
      if (status === 401 || status === 403) throw refusedError(status);
      if (status >= 500) throw new VendorBusyError(`BigCommerce's API answered ${status}.`);
      throw new ApiError('invalid', { detail: `BigCommerce's API answered ${status} to ${path}.` });
    },
  };
};

export type Api = Awaited<ReturnType<typeof openApi>>;

/** In one answer of the version 3 of the API. */
export const dataOf = <Schema extends v.GenericSchema>(schema: Schema) => v.object({ data: schema });

const bodyOf = async (response: FetchResponse): Promise<unknown> => {
  const text = await response.text().catch(() => {
    throw new VendorBusyError("BigCommerce's API did not finish its answer.");
  });
  return parseExact(text);
};

const resetMs = (headers: Readonly<Record<string, string>>): number => {
  const ms = Number(headers['x-rate-limit-time-reset-ms']);
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
};

const refusedError = (status: number) =>
  new ApiError('permission_denied', {
    detail:
      `BigCommerce's API refuses the token (${status}). Its API account needs to read orders, order transactions, ` +
      'customers, carts, products and information. Set another: npm run admin -- integrations token <id>. Then replay this delivery.',
  });

export const goneError = (what: string) =>
  new ApiError('not_found', { detail: `The ${what} is no longer in the store: nothing can be read of it.` });
