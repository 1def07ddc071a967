/** Removes the quotes of an ETag. S3's API sends them, its notices don't. */
export const unquoteEtag = (etag: string): string => etag.replaceAll('"', '');
