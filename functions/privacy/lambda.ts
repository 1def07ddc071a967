import { lambda } from '../lambda.ts';
import { privacy } from './index.ts';

export const { http, queue, exhausted } = lambda(privacy);
