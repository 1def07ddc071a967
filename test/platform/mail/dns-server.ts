import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import packet, { type StringAnswer } from 'dns-packet';

/** The response for a name: records, a missing name, a server failure, or none. */
export type Zone = Readonly<Record<string, readonly Found[] | 'no such name' | 'failure' | 'silence'>>;
type Found = { readonly mx: string } | { readonly a: string } | { readonly aaaa: string };

const NXDOMAIN = 3;
const SERVFAIL = 2;

/** A real DNS server on loopback. Names outside the zone do not exist. */
export const startDns = async (zone: Zone) => {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const { id, questions = [] } = packet.decode(message);
    const [question] = questions;
    if (!question) return;
    const { name, type } = question;
    asked.push(`${type} ${name}`);
    const known = zone[name] ?? 'no such name';
    if (known === 'silence') return;
    const code = known === 'no such name' ? NXDOMAIN : known === 'failure' ? SERVFAIL : 0;
    const answers = typeof known === 'string' ? [] : known.flatMap((found) => recordOf(name, type, found));
    const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | code;
    socket.send(packet.encode({ type: 'response', id: id ?? 0, flags, questions, answers }), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { server: `127.0.0.1:${socket.address().port}`, asked, stop: () => socket.close() };
};

const recordOf = (name: string, type: string, found: Found): (StringAnswer | packet.MxAnswer)[] => {
  if ('mx' in found && type === 'MX') return [{ name, type, ttl: 60, data: { preference: 10, exchange: found.mx } }];
  if ('a' in found && type === 'A') return [{ name, type, ttl: 60, data: found.a }];
  return 'aaaa' in found && type === 'AAAA' ? [{ name, type, ttl: 60, data: found.aaaa }] : [];
};
