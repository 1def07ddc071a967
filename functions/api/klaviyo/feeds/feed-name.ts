import * as v from 'valibot';
import { Text } from '../../../platform/validation/text.ts';

/** The name of a feed of any kind. */
export const FeedName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the feed is empty.'),
  v.maxLength(100, 'The name of a feed has at most 100 characters.'),
);
