import { lambda } from '../lambda.ts';
import { consent } from './index.ts';

export const { http, queue, exhausted } = lambda(consent);
