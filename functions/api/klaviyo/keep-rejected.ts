import { sourceOfCall } from '../../domains/receipts/source.ts';
import { keepRequest } from '../rejected/keep-request.ts';

/** Keeps refused requests with one item. */
export const keepOne = keepRequest({ sourceOf: ({ caller }) => sourceOfCall('api', caller) });
