/**
 * Relays as a connection takes them. One that wants a password and has none is left out, since a browser would refuse the whole connection for it.
 * @param given As the exchange names them: an address alone, or with what it asks for.
 */
export function iceServers(given: readonly (string | RTCIceServer)[] | undefined): RTCIceServer[] {
  const servers = (given ?? []).map((server) => (typeof server === "string" ? { urls: server } : server));
  return servers.filter(({ urls, username, credential }) => [urls].flat().every((url) => url.startsWith("stun")) || (username !== undefined && credential !== undefined));
}
