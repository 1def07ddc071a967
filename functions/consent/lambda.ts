import { lambda } from '../lambda.ts';
import { consent } from './index.ts';

export const { http, queue } = lambda(consent);
