import type { Authorized, IamRequest, WireCall } from './request.ts';

/** The IAM requirements of each operation, from S3's API reference; buckets are the first part of the path. */
export const s3 = (call: WireCall): Authorized => {
  const { method, url, headers } = call;
  const [, bucket = '', ...path] = url.pathname.split('/');
  const key = decodeURIComponent(path.join('/'));
  const query = url.searchParams;
  const common = contextOf(call);
  const ask = (action: string, resource: string, context: IamRequest['context'] = {}): IamRequest => ({
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${resource}`,
    context: { ...common, ...context },
  });
  const object = `${bucket}/${key}`;
  const put = (more: IamRequest['context'] = {}) => ask('PutObject', object, more);

  if (key === '') return listing(call, bucket, ask);
  switch (true) {
    case method === 'GET' || method === 'HEAD':
      return {
        operation: method === 'GET' ? 'GetObject' : 'HeadObject',
        requests: [
          reading(object, query.get('versionId'), ask),
          // Without the permission to list, S3 returns 403 for a missing object.
          ...(call.status === 404 ? [ask('ListBucket', bucket)] : []),
        ],
      };
    case method === 'PUT' && headers['x-amz-copy-source'] !== undefined: {
      const source = new URL(headers['x-amz-copy-source'].replace(/^\/?/, '/'), 'http://s3');
      const from = decodeURIComponent(source.pathname.slice(1));
      const version = source.searchParams.get('versionId');
      const isPart = query.has('partNumber');
      // The uploader decides whether it has tags.
      const copiesTags = !isPart && headers['x-amz-tagging-directive'] !== 'REPLACE';
      return {
        operation: isPart ? 'UploadPartCopy' : 'CopyObject',
        requests: [
          reading(from, version, ask),
          put({ 's3:x-amz-copy-source': headers['x-amz-copy-source'] }),
          ...(copiesTags
            ? [
                ask(version === null ? 'GetObjectTagging' : 'GetObjectVersionTagging', from),
                ask('PutObjectTagging', object),
              ]
            : []),
        ],
      };
    }
    case method === 'PUT':
      return {
        operation: query.has('partNumber') ? 'UploadPart' : 'PutObject',
        requests: [
          put(headers['if-none-match'] === undefined ? {} : { 's3:if-none-match': headers['if-none-match'] }),
          ...(headers['x-amz-tagging'] === undefined ? [] : [ask('PutObjectTagging', object)]),
        ],
      };
    case method === 'POST' && query.has('uploads'):
      return { operation: 'CreateMultipartUpload', requests: [put()] };
    case method === 'POST' && query.has('uploadId'):
      return { operation: 'CompleteMultipartUpload', requests: [put()] };
    case method === 'DELETE' && query.has('uploadId'):
      return { operation: 'AbortMultipartUpload', requests: [ask('AbortMultipartUpload', object)] };
    case method === 'DELETE': {
      const version = query.get('versionId');
      const how = version === null ? {} : { 's3:versionid': version };
      return {
        operation: 'DeleteObject',
        requests: [ask(version === null ? 'DeleteObject' : 'DeleteObjectVersion', object, how)],
      };
    }
    default:
      throw new Error(`Nothing says what s3 ${method} ${[...query.keys()].join('&')} asks IAM.`);
  }
};

type Ask = (action: string, resource: string, context?: IamRequest['context']) => IamRequest;

const reading = (object: string, version: string | null, ask: Ask): IamRequest =>
  version === null ? ask('GetObject', object) : ask('GetObjectVersion', object, { 's3:versionid': version });

const listing = ({ method, url: { searchParams: query } }: WireCall, bucket: string, ask: Ask): Authorized => {
  const prefix = query.get('prefix');
  const context = prefix === null ? {} : { 's3:prefix': prefix };
  if (method === 'GET' && query.has('versions'))
    return { operation: 'ListObjectVersions', requests: [ask('ListBucketVersions', bucket, context)] };
  if (method === 'GET' && query.get('list-type') === '2')
    return { operation: 'ListObjectsV2', requests: [ask('ListBucket', bucket, context)] };
  throw new Error(`Nothing says what s3 ${method} on a bucket asks IAM: ${[...query.keys()].join('&')}`);
};

/** On AWS every call of the SDK uses TLS 1.2 or newer. */
const contextOf = ({ url }: WireCall): IamRequest['context'] => ({
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  's3:signatureversion': 'AWS4-HMAC-SHA256',
  's3:authType': url.searchParams.has('X-Amz-Signature') ? 'REST-QUERY-STRING' : 'REST-HEADER',
});
