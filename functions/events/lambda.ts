import { lambda } from '../lambda.ts';
import { events } from './index.ts';

export const { http } = lambda(events);
